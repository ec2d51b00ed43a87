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

test('a page that is not there once a document is split ends the job with a type, and names step and option', async () => {
  const outline = [1, 4].map((to) => ({ title: `Chapter ${to}`, to }));
  const file = await client.upload(makePdf({ pages: 9, outline }), 'a.pdf');
  const steps = [{ optimize: {} }, { split: { bookmarks: true } }, { pages: { select: '1,6' } }];
  const { state, error } = await client.finish(await client.startJob([file], steps));
  assert.equal(state, 'FAILED');
  assert.deepEqual(error, {
    code: 'INVALID_RANGE',
    message:
      'Step 3, “Choose pages”, “Keep”: a.pdf: There is no page 6: the document has 3 pages at this step.',
    retryable: false,
  });
});
