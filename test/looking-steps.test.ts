import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

let server: TestServer;
let client: Client;

before(async () => {
  server = await startServer({ env: { WORKER_CONCURRENCY: '1' } });
  client = await server.guest();
});
after(() => server[Symbol.asyncDispose]());

/** Every third page is blank. */
const sparse = (pages: number) => makePdf({ pages, text: (n) => (n % 3 === 0 ? '' : `Page ${n}`) });

test('the timeline lists the pages that were blank', async () => {
  const files = [await client.upload(sparse(9), 'a.pdf'), await client.upload(sparse(2), 'b.pdf')];
  const id = await client.startJob(files, [{ removeBlank: {} }, { split: { atText: 'page 5' } }]);
  const told: string[] = [];
  for await (const { data } of client.watch('sse', id))
    for (const { type, message } of data!.jobProgress.events)
      if (type === 'STEP_DONE' || type === 'WARNING') told.push(`${type}: ${message}`);
  const { outputs } = (await client.job(id))!;
  assert.deepEqual(
    outputs.map(({ pages }) => pages),
    [3, 3, 2],
  );
  assert.deepEqual(told, [
    'WARNING: “Remove blank pages” found nothing to do in b.pdf: no page is blank, or all are.',
    'STEP_DONE: 3 blank pages removed',
    'STEP_DONE: a.pdf: Pages 3, 6, 9 were blank',
    'WARNING: “Split documents” found nothing to do in b.pdf: no further page has a line that begins with “page 5”.',
    'STEP_DONE: 1 document split into 2, with 6 pages in all',
  ]);
});

test('a page that is there no more once blank ones are gone ends the job with a type, and names step and option', async () => {
  const file = await client.upload(sparse(9), 'a.pdf');
  const steps = [
    { rotate: { degrees: 90 } },
    { removeBlank: {} },
    { merge: {} },
    { pages: { select: '1,9' } },
  ];
  const { state, error } = await client.finish(await client.startJob([file], steps));
  assert.equal(state, 'FAILED');
  assert.deepEqual(error, {
    code: 'INVALID_RANGE',
    message:
      'Step 4, “Choose pages”, “Keep”: a.pdf: There is no page 9: the document has 6 pages at this step.',
    retryable: false,
  });
});

test('a cancel while pages are looked at stops within a second', async () => {
  const id = await client.startJob([await client.upload(sparse(3_000))], [{ removeBlank: {} }]);
  let asked = 0;
  let state = '';
  for await (const { data } of client.watch('sse', id)) {
    const { job } = data!.jobProgress;
    ({ state } = job);
    if (asked > 0 || !job.progress.ranges.includes('DONE')) continue;
    asked = performance.now();
    await client.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { id } } }', { id });
  }
  assert.equal(state, 'CANCELED');
  assert.ok(performance.now() - asked < 1_000, `${performance.now() - asked} ms`);
});
