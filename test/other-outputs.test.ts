import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { readZip } from './helpers/read-zip.ts';
import { subscribe } from './helpers/subscriber.ts';
import { startServer } from './helpers/server.ts';

test('text comes out of a pipeline under its own name and media type', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const files = [
    await client.upload(makePdf({ pages: 3 }), 'Zoë.pdf'),
    await client.upload(makePdf({ pages: 2 })),
  ];
  const steps = [{ pages: { select: 'last-1' } }, { extractText: { format: 'MARKDOWN' } }];
  const { outputs, state } = await client.finish(await client.startJob(files, steps));
  assert.equal(state, 'COMPLETED');
  assert.deepEqual(
    outputs.map(({ name, mediaType, pages }) => [name, mediaType, pages]),
    [
      ['Zoë.md', 'text/markdown', null],
      ['report.md', 'text/markdown', null],
    ],
  );
  const response = await fetch(new URL(outputs[0]?.url ?? '', server.url));
  assert.equal(response.headers.get('content-type'), 'text/markdown');
  assert.match(
    response.headers.get('content-disposition') ?? '',
    /^attachment;.*filename\*=UTF-8''Zo%C3%AB\.md$/,
  );
  assert.equal(await response.text(), 'Page 3\n\nPage 2\n\nPage 1\n');
});

test('images come as an archive, drawn where native code may be loaded', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 3 }), 'Zoë.pdf');
  const steps = [{ rotate: { degrees: 90 } }, { images: { format: 'WEBP', dpi: 36, pages: 'odd' } }];
  const { outputs, state, error } = await client.finish(await client.startJob([file], steps));
  assert.equal(state, 'COMPLETED', JSON.stringify(error));
  assert.deepEqual(
    outputs.map(({ name, mediaType, pages }) => [name, mediaType, pages]),
    [['Zoë.zip', 'application/zip', null]],
  );
  const { node } = await client.data<{ node: { thumbnail: null } }>(
    'query ($id: ID!) { node(id: $id) { ... on File { thumbnail } } }',
    { id: outputs[0]?.id },
  );
  assert.equal(node.thumbnail, null);
  const picture = await fetch(`${server.url}/files/${outputs[0]?.id}/thumbnail`, { headers: client.headers });
  assert.equal(picture.status, 404);
  const files = readZip(await client.download(outputs[0]!));
  assert.deepEqual([...files.keys()], ['Zoë-0001.webp', 'Zoë-0003.webp']);
});

test('nothing can follow what is no PDF', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 3 }));
  const { job, userErrors } = await client.createJob(
    [file],
    [{ extractText: {} }, { rotate: { degrees: 90 } }],
  );
  assert.equal(job, null);
  assert.deepEqual(
    userErrors.map(({ code, field }) => [code, field]),
    [['INVALID_INPUT', ['input', 'steps', '0', 'extractText']]],
  );
});

for (const step of [{ extractText: {} }, { images: { dpi: 36 } }])
  test(`the bar does not run ahead of the pages: ${Object.keys(step)[0]}`, async () => {
    await using server = await startServer({ env: { WORKER_CONCURRENCY: '1' } });
    const client = await server.guest();
    const file = await client.upload(makePdf({ pages: 150 }));
    const id = await client.startJob([file], [step]);
    const seen: { stage: string; percent: number; current: number; total: number }[] = [];
    const query =
      'subscription ($id: ID!) { jobProgress(id: $id) { job { progress { stage percent current total } } } }';
    const { url, token } = client;
    await subscribe<{ jobProgress: { job: { progress: (typeof seen)[number] } } }>(
      'sse',
      { url, token, query, variables: { id } },
      ({ data }) => {
        if (data) seen.push(data.jobProgress.job.progress);
      },
    ).ended;
    const working = seen.filter(({ stage, current, total }) => stage === 'PROCESSING' && current < total);
    assert.ok(working.length > 0);
    for (const { percent, current, total } of working)
      assert.ok(percent <= 10 + (100 * current) / total, `${percent} % at page ${current} of ${total}`);
  });
