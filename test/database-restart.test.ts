import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { connect } from '../server/db/client.ts';
import { createAttempts } from '../server/jobs/attempt.ts';
import { sweep } from '../server/jobs/sweep.ts';
import { type ProgressView, transports } from './helpers/client.ts';
import { startCluster } from './helpers/cluster.ts';
import { makePdf } from './helpers/pdf.ts';
import { startRole } from './helpers/process.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer } from './helpers/server.ts';
import { annotateUnheard, seedSilent } from './helpers/silent-job.ts';
import { subscribe } from './helpers/subscriber.ts';
import { until } from './helpers/wait.ts';

const query =
  'subscription ($id: ID!) { jobProgress(id: $id) { seq job { inputs { name } } events { seq } } }';

test('Postgres dies under 2,000 live subscribers: all are right again within 5 s of its return, by a few queries', async (t) => {
  const cluster = await startCluster({ webs: 0, workers: 0 });
  t.after(() => cluster.close());
  await using proxy = await startProxy(new URL(cluster.databaseUrl));
  await using server = await startServer({
    worker: false,
    env: { DATABASE_URL: proxy.url, MAX_SUBSCRIPTIONS: '2000' },
  });
  const { services } = server;
  const client = await server.guest();
  const viewer = await services.tokens.verify(client.token ?? '');
  const ids = await seedSilent(services, viewer, 2_000);
  const seen = ids.map((): number[] => []);
  const streams = ids.map((id, i) =>
    subscribe<{ jobProgress: ProgressView }>(
      transports[i % 2] ?? 'ws',
      { url: server.url, token: client.token, query, variables: { id } },
      ({ data }) => seen[i]?.push(...(data?.jobProgress.events.map(({ seq }) => seq) ?? [])),
    ),
  );
  await until('all are subscribed', () => seen.every((seqs) => seqs.length === 1), 60_000);

  // The server finds its way back within milliseconds; cut off, it cannot be there before something is written.
  proxy.cut();
  process.kill(await cluster.postmaster(), 'SIGKILL');
  const direct = connect(cluster.databaseUrl, 1);
  await until('Postgres is back', () =>
    annotateUnheard({ database: direct }, ids).then(
      () => true,
      () => false,
    ),
  );
  await direct.close();
  const snapshots = t.mock.method(services.read, 'snapshots');
  const files = t.mock.method(services.read, 'files');
  proxy.heal();
  const backAt = performance.now();
  await until('all have what was not told', () => seen.every((seqs) => seqs.length === 2));
  const tookMs = performance.now() - backAt;
  const queries = snapshots.mock.callCount() + files.mock.callCount();
  t.diagnostic(
    `right again ${Math.round(tookMs)} ms after its return: ${snapshots.mock.callCount()} queries for jobs, ` +
      `${files.mock.callCount()} for files`,
  );
  for (const seqs of seen) assert.deepEqual(seqs, [1, 2]);
  assert.ok(tookMs < 5_000, `${tookMs} ms`);
  assert.ok(queries <= 100, `${queries} queries`);
  for (const stream of streams) stream.leave();
});

test('Postgres is away for longer than a lease: the job goes on where it was, and does not pay for it', async (t) => {
  const cluster = await startCluster({ webs: 0, workers: 0 });
  t.after(() => cluster.close());
  await using proxy = await startProxy(new URL(cluster.databaseUrl));
  await using server = await startServer({ worker: false, env: { DATABASE_URL: cluster.databaseUrl } });
  const { database, queue, log } = server.services;
  const client = await server.guest();
  const id = await client.startJob([await client.upload(makePdf({ pages: 400 }))], [{ pageNumbers: {} }]);
  await using _worker = await startRole(
    { ...server.env, ROLE: 'worker', WORKER_CONCURRENCY: '1', DATABASE_URL: proxy.url },
    'test/fixtures/slow-worker.ts',
  );
  await until('ranges are done', async () =>
    (await client.job(id))?.progress.ranges.some((range) => range === 'DONE'),
  );
  // One more loss would be the last.
  await database.db.execute(sql`update jobs set failures = 2`);
  proxy.cut();
  const isStale = sql`select from jobs where lease_until < clock_timestamp()`;
  await until('the lease has run out', async () => (await database.db.execute(isStale)).length === 1);
  process.kill(await cluster.postmaster(), 'SIGKILL');
  const sweepOnce = () => sweep(database.db, queue, createAttempts(database.db, queue, 24), log);
  await until('Postgres is back', () =>
    sweepOnce().then(
      () => true,
      () => false,
    ),
  );
  assert.equal((await client.job(id))?.state, 'RUNNING');
  proxy.heal();
  const job = await client.finish(id);
  assert.deepEqual([job.state, job.attempt], ['COMPLETED', 2]);
  const [row] = await database.db.execute(sql`
    select failures, (select string_agg(message, '; ') from job_events where type in ('INTERRUPTED', 'RESUMED')) as said from jobs`);
  assert.equal(row?.failures, 2);
  assert.match(String(row.said), /^The database was away; going on from here; Resumed at range \d+ of \d+/);
});
