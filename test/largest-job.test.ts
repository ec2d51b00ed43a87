import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { RawPdf } from './helpers/raw-pdf.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const pages = 20_000;
const number = { pageNumbers: { prefix: 'ACME-', format: 'page {n} of {total}' } };

test('one guest at its most leaves the others as they were', async (t) => {
  await using server = await startServer({ env: { WORKER_CONCURRENCY: '2' } });
  const [greedy, other] = [await server.guest(), await server.guest()];
  const large = await greedy.upload(manyPages(), 'large.pdf');
  await timeOf(other);
  const alone = await timeOf(other);

  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const refused = await greedy.createJob(Array(100).fill(large), Array(5).fill({ rotate: { degrees: 90 } }));
  assert.deepEqual(
    refused.userErrors.map(({ code, field }) => [code, field]),
    [['LIMIT_EXCEEDED', ['input', 'fileIds']]],
  );
  const parts = '1-last,'.repeat(9) + '1-last';
  await greedy.createJob(Array(10).fill(large), Array(50).fill({ rotate: { degrees: 90, pages: parts } }));
  const id = await greedy.startJob(Array(10).fill(large), Array(10).fill(number));
  const stateOf = async () => (await greedy.job(id))?.progress;
  await until('it is planned and under way', async () => (await stateOf())?.current, 60_000);
  const beside = await timeOf(other);
  delay.disable();

  const silent = delay.max / 1e6;
  t.diagnostic(`alone ${alone} ms, beside ${beside} ms; silent for ${Math.round(silent)} ms at most`);
  assert.ok(silent < 1_000, `nobody was answered for ${silent} ms`);
  assert.ok(beside < alone + 3_000, `${beside} ms instead of ${alone}`);
  await greedy.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', { id });
  assert.equal((await greedy.finish(id)).state, 'CANCELED');
});

/** Milliseconds of an upload and a small job. */
async function timeOf(client: Client): Promise<number> {
  const start = performance.now();
  const file = await client.upload(makePdf({ pages: 3 }));
  const id = await client.startJob([file], [number]);
  assert.equal((await client.finish(id)).state, 'COMPLETED');
  return Math.round(performance.now() - start);
}

/** As many pages as a document may have, in a megabyte. */
function manyPages(): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const kids = Array.from({ length: pages }, () => file.add(`<< /Type /Page /Parent ${tree} 0 R >>`));
  const list = kids.map((kid) => `${kid} 0 R`).join(' ');
  file.set(tree, `<< /Type /Pages /Count ${pages} /MediaBox [0 0 200 200] /Kids [${list}] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  return file.finish(root, undefined);
}
