import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ProgressView } from './helpers/client.ts';
import { characterErrors, scan, scannedPdf } from './helpers/printed.ts';
import { startServer } from './helpers/server.ts';

const server = await startServer({ env: { WORKER_CONCURRENCY: '2' } });
after(() => server[Symbol.asyncDispose]());

const words = [
  'Recorded at the harbour office, by hand, every morning',
  'for forty years, and never crossed out.',
];

test('a scan becomes a PDF that can be searched, and text where that is asked of it', async () => {
  const client = await server.guest();
  const print = { columns: [words] };
  const file = await client.upload(scannedPdf(await scan([print, print])), 'scan.pdf');
  const [searchable, text] = await Promise.all(
    [[{ ocr: {} }], [{ ocr: { languages: ['eng'] } }, { extractText: {} }]].map(async (steps) =>
      client.finish(await client.startJob([file], steps)),
    ),
  );
  assert.deepEqual(
    [searchable, text].map((job) => job!.outputs.map(({ name, pages }) => [name, pages])),
    [[['scan.pdf', 2]], [['scan.txt', null]]],
  );
  const read = (await client.download(text!.outputs[0] as { url: string })).toString().split('\f');
  assert.equal(read.length, 2);
  for (const page of read) assert.ok(characterErrors(words.join(' '), page) < 0.01, page);
});

test('the bar moves within a page, and a cancel stops it within a second', async () => {
  const client = await server.guest();
  const page = await scan([{ columns: [Array.from({ length: 14 }, (_, row) => words[row % 2]!)] }]);
  const file = await client.upload(scannedPdf(Array.from({ length: 12 }, () => page[0]!)));
  const id = await client.startJob([file], [{ ocr: {} }]);
  const seen = new Set<number>();
  let asked = 0;
  let last: ProgressView | undefined;
  for await (const { data } of client.watch('sse', id)) {
    last = data?.jobProgress;
    assert.ok(last);
    const { stage, percent, ranges } = last.job.progress;
    if (asked || stage !== 'PROCESSING') continue;
    assert.ok(!ranges.includes('DONE'), 'a page was done before the bar had moved');
    seen.add(percent);
    if (seen.size < 4) continue;
    asked = performance.now();
    await client.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { id } } }', { id });
  }
  const took = performance.now() - asked;
  assert.equal(last?.job.state, 'CANCELED');
  assert.ok(took < 1_000, `stopped after ${Math.round(took)} ms`);
});

test('the steps tell which languages can be recognised, and any other is refused', async () => {
  const client = await server.guest();
  const { steps } = await client.data<{
    steps: { name: string; options: { name: string; default: string; values: string[] | null }[] }[];
  }>('{ steps { name options { name default values } } }', {});
  const option = steps.find(({ name }) => name === 'ocr')?.options.find(({ name }) => name === 'languages');
  assert.deepEqual(option, { name: 'languages', default: 'eng', values: ['deu', 'eng', 'fra', 'spa'] });
  const file = await client.upload(scannedPdf(await scan([{ columns: [words] }])));
  const { job, userErrors } = await client.createJob([file], [{ ocr: { languages: ['eng', 'tlh'] } }]);
  assert.equal(job, null);
  assert.deepEqual(userErrors, [
    {
      code: 'INVALID_INPUT',
      field: ['input', 'steps', '0', 'ocr', 'languages'],
      message: '“tlh” cannot be recognised here. Choose from deu, eng, fra and spa.',
    },
  ]);
});
