import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { parseId } from '../server/id.ts';
import { Client, type ProgressView, transports } from './helpers/client.ts';
import { startRole } from './helpers/process.ts';
import { startServer } from './helpers/server.ts';
import { annotate, annotateUnheard, endListeners, seedSilent, startSilent } from './helpers/silent-job.ts';
import { type End, subscribe } from './helpers/subscriber.ts';
import { until } from './helpers/wait.ts';

const jobsProgress = 'subscription { jobsProgress { seq job { id state seq } events { seq type } } }';

/** Follows all jobs of a viewer; what came, by job. */
function followAll(client: Client) {
  const seen = new Map<string, ProgressView[]>();
  const stream = subscribe<{ jobsProgress: ProgressView }>(
    'ws',
    { url: client.url, token: client.token, query: jobsProgress },
    ({ data }) => {
      const update = data?.jobsProgress;
      assert.ok(update);
      seen.set(update.job.id, [...(seen.get(update.job.id) ?? []), update]);
    },
  );
  return { seen, stream };
}

for (const transport of transports)
  test(`a change that was not told is read after the next LISTEN, over ${transport}`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await startSilent(client);
    const stream = client.watch(transport, id);
    await stream.next();
    await annotateUnheard(server.services, [id]);
    await annotateUnheard(server.services, [id]);
    await endListeners(server.services);
    const began = performance.now();
    const { value } = await stream.next();
    assert.ok(performance.now() - began < 5_000, 'by the LISTEN, not by the slow timer');
    const events: { seq: number }[] = value.data?.jobProgress.events ?? [];
    assert.deepEqual(
      events.map(({ seq }) => seq),
      [2, 3],
    );
    await stream.return?.();
  });

test('jobsProgress tells jobs that were made, or made and ended, while nobody listened; and none that ended before', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const viewer = await server.services.tokens.verify(client.token ?? '');
  const [old = ''] = await seedSilent(server.services, viewer, 1);
  const end = (id: string) =>
    server.services.database.db.execute(
      sql`update jobs set state = 'FAILED', rev = rev + 1, updated_at = clock_timestamp() where id = ${parseId('job', id)}`,
    );
  await end(old);
  const present = await startSilent(client);
  const { seen, stream } = followAll(client);
  await until('the stream has begun', () => seen.has(present));
  const [made = '', ended = ''] = await seedSilent(server.services, viewer, 2);
  await end(ended);
  await endListeners(server.services);
  await until('the new ones are told', () => seen.has(made) && seen.has(ended), 5_000);
  assert.equal(seen.get(ended)?.at(-1)?.job.state, 'FAILED');
  assert.equal(seen.get(present)?.length, 1, 'what has not changed is not told again');
  assert.equal(seen.has(old), false, 'what had ended before is no news');
  stream.leave();
});

test('jobsProgress tells jobs that another process makes, and what becomes of them', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const present = await startSilent(client);
  const { seen, stream } = followAll(client);
  await until('the stream has begun', () => seen.has(present));
  await using other = await startRole({ ...server.env, ROLE: 'web' });
  const there = new Client(/http:\S+/.exec(other.ready)?.[0] ?? '', client.token);
  const id = await startSilent(there);
  await until('the job is told', () => seen.has(id), 5_000);
  await there.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', { id });
  await until('its end is told', () => seen.get(id)?.at(-1)?.job.state === 'CANCELED');
  assert.deepEqual(
    seen.get(id)?.flatMap(({ events }) => events.map(({ seq }) => seq)),
    [1, 2],
  );
  stream.leave();
});

for (const transport of transports) {
  test(`a job that is gone before anyone could be told why ends its stream over ${transport} with NOT_FOUND`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await startSilent(client);
    const stream = client.watch(transport, id);
    await stream.next();
    await server.services.database.db.execute(sql`delete from jobs where id = ${parseId('job', id)}`);
    await endListeners(server.services);
    const code = await stream.next().then(
      ({ value }) => value.data ?? value.errors?.[0].extensions.code,
      (errors: { extensions: { code: string } }[]) => errors[0]?.extensions.code,
    );
    assert.equal(code, 'NOT_FOUND');
  });

  test(`a stranger who subscribes over ${transport} while the database is away is still a stranger`, async (t) => {
    await using server = await startServer({ worker: false });
    const [owner, stranger] = [await server.guest(), await server.guest()];
    const id = await startSilent(owner);
    const { read } = server.services;
    const away = t.mock.method(read, 'snapshots', () => Promise.reject(new Error('the database is away')));
    // The first of the batch leaves before it is read, and must not take the wait of the others with it.
    const other = await startSilent(owner);
    const leaver = subscribe('ws', watching(owner, other), () => {});
    await until('it waits', () => server.services.feeds.size === 1);
    const answers: { data?: unknown; errors?: { extensions: { code: string } }[] }[] = [];
    const asked = subscribe(transport, watching(stranger, id), (answer) => answers.push(answer));
    await until('both wait for one query', () => server.services.feeds.size === 2);
    const tries = away.mock.callCount();
    await until('it has been tried', () => away.mock.callCount() > tries + 1);
    leaver.drop();
    await until('the first has left', () => server.services.feeds.size === 1);
    away.mock.restore();
    assert.deepEqual(await asked.ended, { completed: true } satisfies End);
    assert.deepEqual(
      answers.map(({ data, errors }) => errors?.[0]?.extensions.code ?? data),
      ['NOT_FOUND'],
    );
  });
}

test('a notification that is none of ours harms nobody', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await startSilent(client);
  const stream = client.watch('sse', id);
  await stream.next();
  for (const payload of ['', 'null', '[', '{}', '"text"'])
    await server.services.database.sql.notify('octavo_jobs', payload);
  await annotate(server.services, id);
  assert.equal((await stream.next()).value.data?.jobProgress.seq, 2);
  await stream.return?.();
});

function watching(client: Client, id: string) {
  return {
    url: client.url,
    token: client.token,
    query: 'subscription ($id: ID!) { jobProgress(id: $id) { seq job { id } } }',
    variables: { id },
  };
}
