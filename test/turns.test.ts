import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { AppError } from '../server/errors.ts';
import { publicId } from '../server/id.ts';
import { type Attempts, createAttempts } from '../server/jobs/attempt.ts';
import { startWorker } from '../server/worker.ts';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const rotate = [{ rotate: { degrees: 90 } }];
const onePage = makePdf({ pages: 1 });

/** The names of the jobs, in the order in which they were started. */
async function startedJobs({ services }: TestServer): Promise<string[]> {
  const rows = await services.database.db.execute<{ name: string }>(
    sql`select name from jobs where started_at is not null order by started_at`,
  );
  return rows.map(({ name }) => name);
}

test('a batch gets its share beside owners who come again and again', async () => {
  await using server = await startServer({ worker: false, env: { WORKER_CONCURRENCY: '1' } });
  const batch = await server.guest();
  const file = await batch.upload(onePage);
  for (let i = 0; i < 5; i++) await batch.startJob([file], rotate, { name: 'batch' });
  // Each has one job at a time: the next one as soon as that is done.
  const others = [await server.guest(), await server.guest()].map(async (client) => {
    const own = await client.upload(onePage);
    for (let i = 0; i < 6; i++) await client.finish(await client.startJob([own], rotate, { name: 'single' }));
  });
  const worker = await startWorker(server.services);
  await Promise.all(others);
  await worker.close();
  const order = await startedJobs(server);
  const beside = order.slice(0, order.lastIndexOf('single'));
  assert.ok(beside.filter((name) => name === 'batch').length >= 4, order.join(' '));
});

test('guests of one network share its turn, and the places that are told are those that come true', async () => {
  await using server = await startServer({
    worker: false,
    env: { WORKER_CONCURRENCY: '1', TRUST_PROXY: 'true' },
  });
  const guestFrom = async (address: string) => {
    const headers = { 'x-forwarded-for': address };
    const response = await fetch(`${server.url}/auth/guest`, { method: 'POST', headers });
    return new Client(server.url, ((await response.json()) as { token: string }).token);
  };
  const { token } = await server.services.tokens.sign({ subject: 'alice' }, 3_600);
  const crowd = await Promise.all(['p', 'q', 'r'].map(async (name) => [name, await guestFrom('192.0.2.1')]));
  const all = [...crowd, ['s', await guestFrom('192.0.2.2')], ['alice', new Client(server.url, token)]];
  const ids: (readonly [Client, string])[] = [];
  for (const [name, client] of all as [string, Client][]) {
    const file = await client.upload(onePage);
    for (const n of [1, 2]) {
      const id = await client.startJob([file], rotate, { name: `${name}${n}` });
      ids.push([client, id]);
    }
  }
  const expected = ['p1', 's1', 'alice1', 'q1', 's2', 'alice2', 'r1', 'p2', 'q2', 'r2'];
  const query = 'query ($id: ID!) { job(id: $id) { name queuePosition } }';
  const told = await Promise.all(
    ids.map(async ([client, id]) => {
      const { job } = await client.data<{ job: { name: string; queuePosition: number } }>(query, { id });
      return job;
    }),
  );
  assert.deepEqual(
    told.toSorted((a, b) => a.queuePosition - b.queuePosition).map(({ name }) => name),
    expected,
  );
  const worker = await startWorker(server.services);
  for (const [client, id] of ids) await client.finish(id);
  await worker.close();
  assert.deepEqual(await startedJobs(server), expected);
});

test('who comes while another’s job runs waits for no second one', async () => {
  await using server = await startServer({ worker: false });
  const { database, queue } = server.services;
  const attempts = createAttempts(database.db, queue, 24);
  const [busy, rare] = [await server.guest(), await server.guest()];
  const file = await busy.upload(onePage);
  const own = await rare.upload(onePage);
  for (let i = 1; i <= 4; i++) await busy.startJob([file], rotate, { name: `busy ${i}` });
  const first = await claim(attempts);
  const second = await claim(attempts);
  assert.deepEqual([first.name, second.name], ['busy 1', 'busy 2']);
  const id = await rare.startJob([own], rotate, { name: 'rare 1' });
  await rare.startJob([own], rotate, { name: 'rare 2' });
  await attempts.fail(first, new AppError('INTERNAL', 'Done with'));
  const third = await claim(attempts);
  assert.equal(publicId('job', third.id), id, 'busy still has one running');
  // With one each it is for who has waited longer; a job that is put back has kept its turn.
  await attempts.fail(second, new AppError('INTERNAL', 'Done with'));
  await attempts.requeue(third, 'Restarting', { failure: false });
  assert.deepEqual([(await claim(attempts)).name, (await claim(attempts)).name], ['rare 1', 'busy 3']);
});

test('who holds both slots gives one up at the next range, and goes on later from there', async () => {
  await using server = await startServer({
    slotEntry: new URL('fixtures/slow-range.ts', import.meta.url),
    env: { WORKER_CONCURRENCY: '2' },
  });
  const [busy, rare] = [await server.guest(), await server.guest()];
  const file = await busy.upload(makePdf({ pages: 200 }));
  const long = [
    await busy.startJob([file], [{ images: { dpi: 36 } }]),
    await busy.startJob([file], [{ images: { dpi: 36 } }]),
  ];
  const states = async () => (await Promise.all(long.map((id) => busy.job(id)))).map((job) => job?.state);
  await until('both run', async () => (await states()).every((state) => state === 'RUNNING'));
  const own = await rare.upload(onePage);
  assert.equal((await rare.finish(await rare.startJob([own], rotate))).state, 'COMPLETED');
  assert.ok((await states()).every((state) => state === 'RUNNING' || state === 'QUEUED'));
  const ended = await Promise.all(long.map((id) => busy.finish(id)));
  assert.deepEqual(ended.map(({ state, attempt }) => `${state} ${attempt}`).toSorted(), [
    'COMPLETED 1',
    'COMPLETED 2',
  ]);
  const { database } = server.services;
  const [row] = await database.db.execute(sql`
    select sum(failures)::int as failures, count(*) filter (where ranges like '%x%')::int as redone from jobs`);
  assert.deepEqual([row?.failures, row?.redone], [0, 0]);
});

test('slots that help are given back to others at the next range', async () => {
  await using server = await startServer({
    slotEntry: new URL('fixtures/slow-range.ts', import.meta.url),
    env: { WORKER_CONCURRENCY: '2' },
  });
  const [busy, rare] = [await server.guest(), await server.guest()];
  const long = await busy.startJob([await busy.upload(makePdf({ pages: 1_000 }))], [{ images: { dpi: 36 } }]);
  const own = await rare.upload(onePage);
  await until('another slot helps', async () => {
    const ranges = (await busy.job(long))?.progress.ranges ?? [];
    return ranges.filter((range) => range === 'RUNNING').length === 2;
  });
  assert.equal((await rare.finish(await rare.startJob([own], rotate))).state, 'COMPLETED');
  assert.equal((await busy.job(long))?.state, 'RUNNING');
  await busy.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', { id: long });
  await busy.finish(long);
});

async function claim(attempts: Attempts) {
  const job = await attempts.claim(() => {});
  assert.ok(job);
  return job;
}
