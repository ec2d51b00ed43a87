import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { readZip } from './helpers/read-zip.ts';
import { startServer } from './helpers/server.ts';

test('a file is downloaded by its owner or by a signed link, never shown', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const bytes = makePdf({ pages: 3 });
  const name = 'Zoë’s "report" 年 (1).pdf';
  const id = await client.upload(bytes, name);
  const { node } = await client.data<{ node: { url: string; sha256: string } }>(
    'query ($id: ID!) { node(id: $id) { ... on File { url sha256 } } }',
    { id },
  );
  for (const response of [
    await fetch(`${server.url}/files/${id}`, { headers: client.headers }),
    await fetch(server.url + node.url),
  ]) {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('content-type'), 'application/pdf');
    assert.equal(response.headers.get('etag'), `"${node.sha256}"`);
    const disposition = response.headers.get('content-disposition') ?? '';
    assert.match(disposition, /^attachment;/);
    assert.equal(decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(disposition)?.[1] ?? ''), name);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
  }
});

test('ranges, conditions and HEAD', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const bytes = makePdf({ pages: 3 });
  const id = await client.upload(bytes);
  const get = (headers: Record<string, string>, method = 'GET') =>
    fetch(`${server.url}/files/${id}`, { method, headers: { ...client.headers, ...headers } });
  for (const [range, start, end] of [
    ['bytes=0-9', 0, 10],
    ['bytes=10-', 10, bytes.length],
    ['bytes=-7', bytes.length - 7, bytes.length],
    [`bytes=5-${bytes.length * 2}`, 5, bytes.length],
  ] as const) {
    const response = await get({ range });
    assert.equal(response.status, 206, range);
    assert.equal(response.headers.get('content-range'), `bytes ${start}-${end - 1}/${bytes.length}`);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes.subarray(start, end));
  }
  assert.equal((await get({ range: `bytes=${bytes.length}-` })).status, 416);
  for (const ignored of ['bytes=9-3', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=-'])
    assert.equal((await get({ range: ignored })).status, 200, ignored);
  const etag = (await get({}, 'HEAD')).headers.get('etag') ?? '';
  for (const list of [etag, '*', `"old", W/${etag}`])
    assert.equal((await get({ 'if-none-match': list })).status, 304, list);
  assert.equal((await get({ 'if-none-match': '"old"', 'if-match': `"old", ${etag}` })).status, 200);
  for (const list of ['"old"', `W/${etag}`])
    assert.equal((await get({ 'if-match': list, range: 'bytes=0-9' })).status, 412, list);
  assert.equal((await get({ range: 'bytes=0-9', 'if-range': etag })).status, 206);
  assert.equal((await get({ range: 'bytes=0-9', 'if-range': '"old"' })).status, 200);
  const head = await get({}, 'HEAD');
  assert.deepEqual([head.headers.get('content-length'), await head.text()], [String(bytes.length), '']);
});

test('a result of no bytes is a result', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 2, text: () => '' }));
  const steps = [{ split: { every: 1 } }, { extractText: { format: 'MARKDOWN' } }];
  const id = await client.startJob([file], steps);
  const { outputs } = await client.finish(id);
  assert.deepEqual(
    outputs.map(({ bytes }) => bytes),
    [0, 0],
  );
  for (const init of [{}, { headers: { range: 'bytes=0-' } }, { method: 'HEAD' }]) {
    const response = await fetch(new URL(outputs[0]!.url, server.url), init);
    assert.deepEqual([response.status, response.headers.get('content-length')], [200, '0']);
    assert.equal(await response.text(), '');
  }
  const archive = await fetch(`${server.url}/jobs/${id}/archive`, { headers: client.headers });
  const files = readZip(Buffer.from(await archive.arrayBuffer()));
  assert.deepEqual(
    [...files].map(([name, { data }]) => [name, data.length]),
    [
      ['report 1-1.md', 0],
      ['report 2-2.md', 0],
    ],
  );
});

test('a forged, foreign or expired link finds nothing', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const [id, other] = [
    await client.upload(makePdf({ pages: 1 })),
    await client.upload(makePdf({ pages: 2 })),
  ];
  const { node } = await client.data<{ node: { url: string } }>(
    'query ($id: ID!) { node(id: $id) { ... on File { url } } }',
    { id },
  );
  const link = new URL(node.url, server.url);
  const change = (edit: (url: URL) => void) => {
    const url = new URL(link);
    edit(url);
    return url;
  };
  const forged = {
    'another file': change((url) => (url.pathname = `/files/${other}`)),
    'a later end': change((url) =>
      url.searchParams.set('end', String(Number(url.searchParams.get('end')) + 1)),
    ),
    'no signature': change((url) => url.searchParams.set('signature', '')),
    'a changed signature': change((url) =>
      url.searchParams.set('signature', `A${url.searchParams.get('signature')?.slice(1)}`),
    ),
    'no such file': change((url) => (url.pathname = '/files/file_0123456789abcdef0123456789abcdef')),
  };
  for (const [what, url] of Object.entries(forged))
    await t.test(what, async () => assert.equal((await fetch(url)).status, 404));
  await t.test('past its end', async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: Date.now() + 31 * 60_000 });
    assert.equal((await fetch(link)).status, 404);
  });
});
