import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Client, ProgressView } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const slow = (request: string) => new URL(`fixtures/slow-${request}.ts`, import.meta.url);
const cancelMutation =
  'mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } userErrors { code } } }';

interface CancelPayload {
  cancelJob: { job: { state: string } | null; userErrors: { code: string }[] };
}

const moments: { stage: string; entry: URL; when: (update: ProgressView) => boolean }[] = [
  { stage: 'ANALYZING', entry: slow('open'), when: ({ job }) => job.progress.stage === 'ANALYZING' },
  { stage: 'PROCESSING', entry: slow('range'), when: ({ job }) => job.progress.ranges.includes('DONE') },
  { stage: 'MERGING', entry: slow('write'), when: ({ job }) => job.progress.stage === 'MERGING' },
];

for (const { stage, entry, when } of moments)
  test(`a cancel while ${stage} stops the slot within a second and leaves nothing behind`, async () => {
    await using server = await startServer({ slotEntry: entry, env: { WORKER_CONCURRENCY: '1' } });
    const client = await server.guest();
    const file = await client.upload(makePdf({ pages: 400 }));
    const id = await client.startJob([file], [{ rotate: { degrees: 90 } }]);
    let asked = 0;
    let last: ProgressView | undefined;
    for await (const { data } of client.watch('sse', id)) {
      last = data?.jobProgress;
      assert.ok(last);
      if (asked || !when(last)) continue;
      asked = performance.now();
      const { cancelJob } = await client.data<CancelPayload>(cancelMutation, { id });
      assert.deepEqual(cancelJob, { job: { state: 'CANCELING' }, userErrors: [] });
    }
    const took = performance.now() - asked;
    assert.equal(last?.job.state, 'CANCELED');
    assert.ok(last.job.progress.percent < 100);
    assert.ok(took < 1_000, `stopped after ${Math.round(took)} ms`);
    await checkNothingLeft(server, client, file);
    // The one slot is free again: the next job gets as far as this one did.
    const next = await client.startJob([file], [{ rotate: { degrees: 90 } }]);
    for await (const { data } of client.watch('sse', next)) if (data && when(data.jobProgress)) break;
  });

test('a cancel while QUEUED is final at once', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  const id = await client.startJob([file], [{ rotate: { degrees: 90 } }]);
  const { cancelJob } = await client.data<CancelPayload>(cancelMutation, { id });
  assert.deepEqual(cancelJob, { job: { state: 'CANCELED' }, userErrors: [] });
  assert.equal((await client.finish(id)).state, 'CANCELED');
  await checkNothingLeft(server, client, file);
});

test('a canceled job that a worker hears of late is not run', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  await client.data(cancelMutation, { id });
  const { startWorker } = await import('../server/worker.ts');
  const worker = await startWorker(server.services);
  const next = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  assert.equal((await client.finish(next)).state, 'COMPLETED');
  const job = await client.job(id);
  assert.deepEqual([job?.state, job?.attempt], ['CANCELED', 0]);
  await worker.close();
});

test('a cancel that races with completion has one outcome, and it is the one that is delivered', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 3 }));
  const seed = Date.now() % 100_000;
  console.log(`seed ${seed}`);
  const outcomes = new Set<string>();
  for (let i = 0; i < 25; i++) {
    const id = await client.startJob([file], [{ rotate: { degrees: 90 } }]);
    const finished = client.finish(id, i % 2 ? 'ws' : 'sse');
    // Lands anywhere in the job's some 50 ms.
    const wait = ((seed + i * 7_919) % 60) + 1;
    await new Promise((resolve) => setTimeout(resolve, wait));
    const { cancelJob } = await client.data<CancelPayload>(cancelMutation, { id });
    const job = await finished;
    outcomes.add(job.state);
    if (job.state === 'COMPLETED') {
      assert.deepEqual(
        cancelJob.userErrors.map(({ code }) => code),
        ['ALREADY_FINISHED'],
      );
      assert.equal((await client.download(job.outputs[0] as { url: string })).length, job.outputs[0]?.bytes);
    } else {
      assert.equal(job.state, 'CANCELED');
      assert.deepEqual([cancelJob.userErrors, job.outputs], [[], []]);
    }
    assert.equal((await client.job(id))?.state, job.state);
  }
  for (const outcome of outcomes) assert.match(outcome, /^(COMPLETED|CANCELED)$/);
});

test('canceling a finished job says so and gives the job', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  await client.finish(id);
  const { cancelJob } = await client.data<CancelPayload>(cancelMutation, { id });
  assert.deepEqual(cancelJob, { job: { state: 'COMPLETED' }, userErrors: [{ code: 'ALREADY_FINISHED' }] });
});

/** Scratch, partial outputs and stored ranges are gone; the input is kept and can be used again. */
async function checkNothingLeft({ services }: TestServer, client: Client, input: string) {
  const { DATA_DIR } = services.config;
  await until('the stored ranges and outputs are gone', async () => {
    const [rows] = await services.database.db.execute<{ n: number }>(
      sql`select count(*)::int as n from range_results`,
    );
    const kept = await filesBelow(join(DATA_DIR, 'files'));
    return rows?.n === 0 && kept.length === 1;
  });
  await until('the slot is wiped', async () => (await filesBelow(join(DATA_DIR, 'slots'))).length === 0);
  const response = await fetch(`${client.url}/files/${input}`, { headers: client.headers });
  assert.equal(response.status, 200);
  await response.arrayBuffer();
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
