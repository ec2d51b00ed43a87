import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { parseId } from '../server/id.ts';
import type { Hint } from '../server/jobs/live-jobs.ts';
import { type ProgressView, transports } from './helpers/client.ts';
import { heapUsed } from './helpers/heap.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { startSilent } from './helpers/silent-job.ts';
import { subscribe } from './helpers/subscriber.ts';
import { until } from './helpers/wait.ts';

const query =
  'subscription ($id: ID!) { jobProgress(id: $id) { seq job { progress { percent ranges } } events { seq } } }';

/** Ticks of a job without end, as a worker would have them told; each some 10 KB for whoever reads it. */
async function ticker({ services }: TestServer, id: string) {
  const [now] = await services.read.snapshots([{ id: parseId('job', id) ?? '', after: 0 }]);
  assert.ok(now);
  const { job } = now;
  let { rev } = job;
  return () => {
    const hint: Hint = {
      ...job,
      rev: ++rev,
      percent: Math.min(rev / 1_000, 99),
      ranges: '.'.repeat(1_000),
      at: job.updatedAt,
      owner: '',
    };
    services.feeds.hint(JSON.stringify(hint));
    return hint.percent;
  };
}

for (const transport of transports) {
  test(`a reader over ${transport} that stalls is cut off alone, and costs no memory until then`, async () => {
    await using server = await startServer({ worker: false, stallMs: 2_000 });
    const client = await server.guest();
    const [id, own] = [await startSilent(client), await startSilent(client)];
    const { url, token } = client;
    const percents: number[] = [];
    const reader = subscribe<{ jobProgress: ProgressView }>(
      transport,
      { url, token, query, variables: { id } },
      ({ data }) => percents.push(data?.jobProgress.job.progress.percent ?? -1),
    );
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const staller = subscribe(transport, { url, token, query, variables: { id: own } }, () => begin());
    await begun;
    staller.pause();
    await until('both are subscribed', () => percents.length > 0);

    const tick = await ticker(server, id);
    const tickOwn = await ticker(server, own);
    const before = heapUsed();
    let published = 0;
    while (server.services.feeds.size === 2) {
      // More in one turn than a Repeater can hold, then a turn for the readers.
      for (let i = 0; i < 20; i++) tickOwn();
      tick();
      published++;
      await turn();
      assert.ok(published < 200_000, 'the reader that stalls was never cut off');
    }
    const grown = (heapUsed() - before) / 1e6;
    const last = tick();
    await until('the other one has the newest', () => percents.at(-1) === Math.round(last * 10) / 10);
    assert.ok(percents.length > 100, `the other one was served meanwhile: ${percents.length} payloads`);
    assert.ok(grown < 20, `${grown} MB more after ${published} turns`);
    staller.resume();
    assert.equal((await staller.ended).completed, false);
    reader.leave();
  });

  test(`3,000 changes in one turn reach a reader over ${transport} as one, and nothing breaks`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const ids = await Promise.all(Array.from({ length: 5 }, () => startSilent(client)));
    const ticks = await Promise.all(ids.map((id) => ticker(server, id)));
    const seen = new Map<string, number[]>();
    const stream = subscribe<{ jobsProgress: ProgressView }>(
      transport,
      {
        url: client.url,
        token: client.token,
        query: 'subscription { jobsProgress { seq job { id progress { percent } } } }',
      },
      ({ data }) => {
        const { job } = data?.jobsProgress ?? assert.fail();
        seen.set(job.id, [...(seen.get(job.id) ?? []), job.progress.percent]);
      },
    );
    await until('all are there', () => seen.size === ids.length);
    let last = 0;
    for (let i = 0; i < 3_000; i++) for (const tick of ticks) last = tick();
    await until('each has the newest', () =>
      ids.every((id) => seen.get(id)?.at(-1) === Math.round(last * 10) / 10),
    );
    for (const percents of seen.values()) assert.ok(percents.length <= 3, String(percents));
    stream.leave();
  });
}
