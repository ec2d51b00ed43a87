import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

interface Report {
  structures: { structure: string; before: number; after: number | null }[];
  outputs: { name: string; structures: { structure: string; count: number }[] }[];
  warnings: string[];
}

const query = `query ($id: ID!) { job(id: $id) { report {
  structures { structure before after } outputs { name structures { structure count } } warnings } } }`;

test('the report says what was kept and what was lost, and is null until the end', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const source = makePdf({
    pages: 4,
    outline: [1, 2, 3, 4].map((page) => ({ title: `Part ${page}`, to: page })),
  });
  const file = await client.upload(source);
  const id = await client.startJob([file], [{ pages: { select: '1-2' } }]);
  await client.finish(id);
  const { job } = await client.data<{ job: { report: Report } }>(query, { id });
  const bookmarks = job.report.structures.find(({ structure }) => structure === 'BOOKMARKS');
  assert.deepEqual(bookmarks, { structure: 'BOOKMARKS', before: 4, after: 2 });
  assert.deepEqual(
    job.report.outputs.map(({ name }) => name),
    ['report.pdf'],
  );
  assert.deepEqual(
    job.report.outputs[0]?.structures.find(({ structure }) => structure === 'BOOKMARKS'),
    { structure: 'BOOKMARKS', count: 2 },
  );
});

test('the report says what the inputs had where the result is no PDF', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 2, links: () => [1, 2] }));
  const id = await client.startJob([file, file], [{ extractText: {} }]);
  await client.finish(id);
  const { job } = await client.data<{ job: { report: Report } }>(query, { id });
  assert.deepEqual(job.report.structures, [{ structure: 'LINKS', before: 8, after: null }]);
});

test('a job that waits has no report', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  const { job } = await client.data<{ job: { report: Report | null } }>(query, { id });
  assert.equal(job.report, null);
});
