import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { largePdf } from './helpers/large-pdf.ts';
import { makePdf, readPdf } from './helpers/pdf.ts';
import { random } from './helpers/random.ts';
import { readZip } from './helpers/read-zip.ts';
import { startServer } from './helpers/server.ts';

const query = 'query ($id: ID!) { job(id: $id) { archive } }';

test('all results come as one ZIP, by a link that is good for nothing else', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 5 }), 'Zoë.pdf');
  const id = await client.startJob([file], [{ split: { every: 2 } }]);
  await client.finish(id);
  const { job } = await client.data<{ job: { archive: string } }>(query, { id });
  const link = new URL(job.archive, server.url);
  const response = await fetch(link);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-disposition') ?? '', /filename\*=UTF-8''Zo%C3%AB\.zip/);
  const files = readZip(Buffer.from(await response.arrayBuffer()));
  assert.deepEqual([...files.keys()], ['Zoë 1-2.pdf', 'Zoë 3-4.pdf', 'Zoë 5-5.pdf']);
  assert.equal((await readPdf(files.get('Zoë 3-4.pdf')!.data)).pages.length, 2);

  const other = await client.startJob([file], [{ split: { every: 1 } }]);
  await client.finish(other);
  assert.equal((await fetch(new URL(link.href.replace(id, other)))).status, 404);
  link.searchParams.set('end', String(Date.now() + 1e9));
  assert.equal((await fetch(link)).status, 404);
  const stranger = await server.guest();
  const asStranger = await fetch(`${server.url}/jobs/${id}/archive`, { headers: stranger.headers });
  assert.equal(asStranger.status, 404);
  const asOwner = await fetch(`${server.url}/jobs/${id}/archive`, { headers: client.headers });
  assert.equal(asOwner.status, 200);
  await asOwner.body?.cancel();
});

test('an archive has a length, a tag and parts, each the same as of the whole', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 30 }), 'Zoë.pdf');
  const id = await client.startJob([file], [{ split: { every: 7 } }]);
  await client.finish(id);
  const get = (headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${server.url}/jobs/${id}/archive`, { method, headers: { ...client.headers, ...headers } });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
  // Parts first: none may need that another was asked for before.
  const tail = await bytesOf(await get({ range: 'bytes=-22' }));
  const response = await get();
  const etag = response.headers.get('etag') ?? '';
  const whole = await bytesOf(response);
  assert.equal(Number(response.headers.get('content-length')), whole.length);
  assert.equal(readZip(whole).size, 5);
  assert.deepEqual(tail, whole.subarray(-22));
  const head = await get({}, 'HEAD');
  assert.deepEqual([head.headers.get('content-length'), head.headers.get('etag')], [`${whole.length}`, etag]);
  assert.equal((await get({ 'if-none-match': etag })).status, 304);
  const seed = Date.now();
  const { below } = random(seed);
  for (let i = 0; i < 50; i++) {
    const [start = 0, end = 0] = [below(whole.length), below(whole.length)].toSorted((a, b) => a - b);
    const part = await get({ range: `bytes=${start}-${end}`, 'if-range': etag });
    assert.equal(part.status, 206);
    const found = await bytesOf(part);
    assert.ok(found.equals(whole.subarray(start, end + 1)), `${start}-${end}, seed ${seed}`);
  }
});

test('a slow reader of an archive costs the server no listeners', async (t) => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(largePdf(20_000_000));
  const id = await client.startJob([file, file], [{ rotate: { degrees: 90 } }]);
  await client.finish(id);
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  t.after(() => process.off('warning', note));
  const request = get(`${server.url}/jobs/${id}/archive`, { headers: client.headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    await turn();
  }
  assert.equal(bytes, Number(response.headers['content-length']));
  assert.deepEqual(warnings, []);
});

test('one result needs no archive, and what has expired has none', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  await client.finish(id);
  assert.deepEqual(await client.data(query, { id }), { job: { archive: null } });
});
