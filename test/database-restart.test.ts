import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../server/db/client.ts';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { createLog } from '../server/log.ts';
import { type ProgressView, transports } from './helpers/client.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer } from './helpers/server.ts';
import { annotateUnheard, seedSilent } from './helpers/silent-job.ts';
import { subscribe } from './helpers/subscriber.ts';
import { until } from './helpers/wait.ts';

const query =
  'subscription ($id: ID!) { jobProgress(id: $id) { seq job { inputs { name } } events { seq } } }';

test('Postgres dies under 2,000 live subscribers: all are right again within 5 s of its return, by a few queries', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-restart-'));
  await chmod(folder, 0o755);
  const embedded = await startEmbeddedPostgres({ dataDir: folder, log: createLog('silent') });
  t.after(async () => {
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await using proxy = await startProxy(new URL(embedded.url));
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
  const [pid] = (await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
  const direct = connect(embedded.url, 1);
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
