import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { JobRow } from '../server/db/tables.ts';
import { parseId } from '../server/id.ts';
import { startWorker } from '../server/worker.ts';
import { Client, type ProgressView, transports } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { type Role, startRole } from './helpers/process.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const slowWorker = (server: TestServer, concurrency = 1) =>
  startRole(
    { ...server.env, ROLE: 'worker', WORKER_CONCURRENCY: String(concurrency) },
    'test/fixtures/slow-worker.ts',
  );

/** Reads a job's stream to the end, calling `at` for each payload; all that came. */
async function follow(
  client: Client,
  id: string,
  at: (update: ProgressView) => void = () => {},
): Promise<ProgressView[]> {
  const all: ProgressView[] = [];
  for await (const { data, errors } of client.watch('sse', id)) {
    assert.equal(errors, undefined);
    assert.ok(data);
    all.push(data.jobProgress);
    at(data.jobProgress);
  }
  return all;
}

const done = ({ job }: ProgressView) =>
  job.progress.ranges.filter((range) => range === 'DONE' || range === 'REDONE').length;

async function failuresOf(server: TestServer, id: string): Promise<number | undefined> {
  const [row] = await server.services.database.db.execute<{ failures: number }>(
    sql`select failures from jobs where id = ${parseId('job', id)}`,
  );
  return row?.failures;
}

test('a worker killed in the middle of a job: another goes on after the last stored range', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob([await client.upload(makePdf({ pages: 400 }))], [{ pageNumbers: {} }]);
  await using doomed = await slowWorker(server);
  await using spare = await slowWorker(server);
  const workers = [doomed, spare];
  let killed = 0;
  const payloads = await follow(client, id, (update) => {
    if (killed || done(update) === 0 || update.job.progress.stage !== 'PROCESSING') return;
    killed = done(update);
    // Whichever has it: the other one is idle, and is not needed until the lease has run out.
    void holderOf(workers).then((role) => role.process.kill('SIGKILL'));
  });
  const last = payloads.at(-1);
  assert.equal(last?.job.state, 'COMPLETED');
  assert.equal(last.job.attempt, 2);
  assert.equal(await failuresOf(server, id), 1);
  const events = payloads.flatMap((payload) => payload.events);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
  );
  const resumed = events.find(({ type }) => type === 'RESUMED');
  const [, range, all] = /range (\d+) of|all (\d+) ranges/.exec(resumed?.message ?? '') ?? [];
  assert.ok(Number(range ?? all) > killed, `${resumed?.message}, after ${killed} ranges`);
  checkPercent(payloads);
});

test('three restarts of the worker in the middle of a job: it completes, and none counts as a failure', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob([await client.upload(makePdf({ pages: 400 }))], [{ pageNumbers: {} }]);
  let worker = await slowWorker(server);
  const following = follow(client, id);
  for (let restart = 1; restart <= 3; restart++) {
    const before = (await client.job(id))?.progress.ranges.filter((range) => range !== 'PENDING').length ?? 0;
    await until('the job moves on', async () => {
      const job = await client.job(id);
      return (
        job?.attempt === restart && job.progress.ranges.filter((range) => range !== 'PENDING').length > before
      );
    });
    assert.equal(await worker.stop('SIGTERM'), 0);
    assert.equal((await client.job(id))?.state, 'QUEUED');
    worker = await slowWorker(server);
  }
  const payloads = await following;
  await worker.stop('SIGTERM');
  assert.equal(payloads.at(-1)?.job.state, 'COMPLETED');
  assert.equal(payloads.at(-1)?.job.attempt, 4);
  assert.equal(await failuresOf(server, id), 0);
  assert.equal(
    payloads.flatMap(({ events }) => events).filter(({ type }) => type === 'INTERRUPTED').length,
    3,
  );
  assert.deepEqual(
    payloads
      .flatMap(({ events }) => events)
      .flatMap((event) => (event.type === 'STEP_DONE' ? event.message : [])),
    ['400 pages numbered'],
  );
  checkPercent(payloads);
});

test('a job that is put back goes on at once where another worker is idle', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  await using one = await slowWorker(server, 8);
  await using other = await slowWorker(server, 8);
  const id = await client.startJob([await client.upload(makePdf({ pages: 400 }))], [{ pageNumbers: {} }]);
  await until('ranges are at work', async () => (await client.job(id))?.progress.stage === 'PROCESSING');
  await (await holderOf([one, other])).stop('SIGTERM');
  assert.equal((await client.finish(id)).attempt, 2);
  const [row] = await server.services.database.db.execute<{ seconds: number }>(sql`
    select extract(epoch from started.at - interrupted.at)::float as seconds
    from job_events started, job_events interrupted
    where interrupted.type = 'INTERRUPTED' and started.type = 'STARTED' and started.seq > interrupted.seq`);
  // Had the message gone to the worker that stops, the sweep would have rung again after ten.
  assert.ok(row!.seconds < 5, `${row?.seconds} s`);
});

test('a job that takes its worker down each time is given up, with the reason', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob([await client.upload(makePdf({ pages: 400 }))], [{ pageNumbers: {} }]);
  // As two lost workers leave it.
  await server.services.database.db.execute(sql`update jobs set failures = 2`);
  const worker = await slowWorker(server);
  await until('a worker has it', async () => (await client.job(id))?.state === 'RUNNING');
  await worker.stop('SIGKILL');
  await using _sweeper = await slowWorker(server);
  const job = await client.finish(id);
  assert.equal(job.state, 'FAILED');
  assert.deepEqual([job.error?.code, job.error?.retryable], ['ATTEMPTS_EXHAUSTED', true]);
});

test('a result whose commit nobody answered is a result', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const { db } = server.services.database;
  const commit = db.transaction.bind(db);
  let unanswered = 0;
  t.mock.method(db, 'transaction', async (...args: Parameters<typeof commit>) => {
    const answer = await commit(...args);
    if ((answer as JobRow | undefined)?.state !== 'COMPLETED') return answer;
    unanswered++;
    throw new Error('the connection broke');
  });
  const worker = await startWorker(server.services);
  const id = await client.startJob([await client.upload(makePdf({ pages: 2 }))], [{ pageNumbers: {} }]);
  const { state, outputs } = await client.finish(id);
  assert.deepEqual([state, unanswered], ['COMPLETED', 1]);
  await worker.close();
  for (const output of outputs) await client.download(output);
});

test('a worker that finds the database away at the end of its job puts it back as soon as it can', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob([await client.upload(makePdf({ pages: 2 }))], [{ pageNumbers: {} }]);
  const { db } = server.services.database;
  const commit = db.transaction.bind(db);
  let outage = 0;
  t.mock.method(db, 'transaction', async (...args: Parameters<typeof commit>) => {
    if (outage-- > 0) throw new Error('the database is away');
    const answer = await commit(...args);
    // From its claim on.
    const { job } = (answer ?? {}) as { job?: JobRow };
    if (job?.attempt === 1) outage = 3;
    return answer;
  });
  const worker = await startWorker(server.services);
  const began = performance.now();
  const { state, attempt } = await client.finish(id);
  const tookMs = performance.now() - began;
  assert.deepEqual([state, attempt], ['COMPLETED', 2]);
  assert.ok(tookMs < 8_000, `after ${tookMs} ms; the lease is 10 s`);
  await worker.close();
});

test('a lost message is sent again', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  await server.services.database.db.execute(sql`delete from pgboss.job`);
  await server.services.database.db.execute(sql`update jobs set updated_at = now() - interval '1 minute'`);
  const { startWorker } = await import('../server/worker.ts');
  const worker = await startWorker(server.services);
  assert.equal((await client.finish(id)).state, 'COMPLETED');
  await worker.close();
});

for (const transport of transports)
  test(`a web process that stops breaks its streams over ${transport}: clients come back and miss nothing`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await client.startJob(
      [await client.upload(makePdf({ pages: 1 }))],
      [{ rotate: { degrees: 90 } }],
    );
    const role = await startRole({ ...server.env, ROLE: 'web' });
    const url = /http:\S+/.exec(role.ready)?.[0] ?? '';
    const stream = new Client(url, client.token).watch(transport, id);
    const first = await stream.next();
    assert.equal(first.value?.data?.jobProgress.seq, 1);
    const broken = assert.rejects(
      stream.next(),
      transport === 'ws' ? { code: 1001 } : /Network|terminated|aborted/i,
    );
    assert.equal(await role.stop('SIGTERM'), 0);
    await broken;
    await client.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', { id });
    const rest = await follow(client, id);
    assert.equal(rest.at(-1)?.job.state, 'CANCELED');
  });

/** The worker that has claimed the job: the one whose slot process is there. */
async function holderOf(workers: readonly Role[]): Promise<Role> {
  for (const pid of await readdir('/proc')) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const holder = workers.find(({ process: { pid: workerPid } }) => workerPid === parent);
    if (holder) return holder;
  }
  throw new Error('no worker has a slot');
}

function checkPercent(payloads: readonly ProgressView[]) {
  let percent = 0;
  for (const { job } of payloads) {
    assert.ok(
      job.progress.percent >= percent,
      `the bar went back from ${percent} to ${job.progress.percent}`,
    );
    percent = job.progress.percent;
  }
}
