import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';
import { refusal, tusClient } from './helpers/tus.ts';

const server = await startServer({ worker: false, env: { MAX_FILE_BYTES: '100000' } });
after(() => server[Symbol.asyncDispose]());
const client = await server.guest();
const tus = tusClient(client);
const uploads = `${server.url}/uploads`;
const bytes = makePdf({ pages: 1 });
const headersOf = (response: Response, ...names: string[]) => names.map((name) => response.headers.get(name));

test('OPTIONS tells without a token what is spoken here, and nothing that is refused then', async () => {
  for (const url of [uploads, new URL(await tus.address(10), server.url)]) {
    const response = await fetch(url, { method: 'OPTIONS' });
    assert.equal(response.status, 204);
    assert.deepEqual(headersOf(response, 'tus-resumable', 'tus-version', 'tus-extension', 'tus-max-size'), [
      '1.0.0',
      '1.0.0',
      'creation,creation-with-upload,termination,expiration',
      '100000',
    ]);
  }
});

test('each refusal is JSON with a sentence, and names the version', async (t) => {
  const url = new URL(await tus.address(bytes.length), server.url).href;
  const part = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  const common = { ...client.headers, 'tus-resumable': '1.0.0' };
  const { 'tus-resumable': _, ...unversioned } = common;
  for (const [what, method, address, headers, status, code] of [
    ['no token', 'POST', uploads, { 'tus-resumable': '1.0.0', 'upload-length': '9' }, 401, 'UNAUTHENTICATED'],
    ['no version', 'POST', uploads, { ...unversioned, 'upload-length': '9' }, 412, 'INVALID_INPUT'],
    ['another version', 'PATCH', url, { ...common, ...part, 'tus-resumable': '0.2.2' }, 412, 'INVALID_INPUT'],
    [
      'a content type',
      'PATCH',
      url,
      { ...common, ...part, 'content-type': 'application/pdf' },
      415,
      'INVALID_INPUT',
    ],
    ['no content type', 'PATCH', url, { ...common, 'upload-offset': '0' }, 415, 'INVALID_INPUT'],
    ['no offset', 'PATCH', url, { ...common, 'content-type': part['content-type'] }, 403, 'INVALID_INPUT'],
    [
      'an offset that is none',
      'PATCH',
      url,
      { ...common, ...part, 'upload-offset': '-1' },
      400,
      'INVALID_INPUT',
    ],
    ['a wrong offset', 'PATCH', url, { ...common, ...part, 'upload-offset': '7' }, 409, 'INVALID_INPUT'],
    ['no length', 'POST', uploads, common, 400, 'INVALID_INPUT'],
    ['a length that is none', 'POST', uploads, { ...common, 'upload-length': 'abc' }, 400, 'INVALID_INPUT'],
    ['a length below nothing', 'POST', uploads, { ...common, 'upload-length': '-5' }, 400, 'INVALID_INPUT'],
    ['nothing to send', 'POST', uploads, { ...common, 'upload-length': '0' }, 400, 'INVALID_INPUT'],
    ['too much to send', 'POST', uploads, { ...common, 'upload-length': '100001' }, 413, 'FILE_TOO_LARGE'],
    ['a length to come', 'POST', uploads, { ...common, 'upload-defer-length': '1' }, 422, 'UNSUPPORTED'],
    [
      'one of several',
      'POST',
      uploads,
      { ...common, 'upload-length': '9', 'upload-concat': 'partial' },
      422,
      'UNSUPPORTED',
    ],
    [
      'no metadata',
      'POST',
      uploads,
      { ...common, 'upload-length': '9', 'upload-metadata': 'a b c!' },
      400,
      'INVALID_INPUT',
    ],
    ['no upload', 'PATCH', `${uploads}/upload_${'0'.repeat(32)}`, { ...common, ...part }, 404, 'NOT_FOUND'],
    ['no address', 'DELETE', `${uploads}/x`, common, 404, 'NOT_FOUND'],
    ['reading', 'GET', url, common, 405, 'INVALID_INPUT'],
    ['a part of all', 'PATCH', uploads, { ...common, ...part }, 405, 'INVALID_INPUT'],
  ] as [string, string, string, Record<string, string>, number, string][])
    await t.test(what, async () => {
      const body = method === 'PATCH' ? { body: new Uint8Array(bytes) } : {};
      const response = await fetch(address, { method, headers, ...body });
      const { status: said, code: named } = await refusal(response);
      assert.deepEqual([said, named], [status, code]);
      if (status === 412) assert.equal(response.headers.get('tus-version'), '1.0.0');
      if (status === 405) assert.match(response.headers.get('allow') ?? '', /^OPTIONS, /);
    });

  await t.test('and nothing was taken by any of them', async () => {
    assert.deepEqual(headersOf(await tus.ask(url), 'upload-offset'), ['0']);
  });
});

test('more bytes than announced are refused, with a length and without, and the rest can still be sent', async () => {
  const url = await tus.address(bytes.length);
  const more = Buffer.concat([bytes, Buffer.from('TOO MUCH')]);
  const { status, code } = await refusal(await tus.send(url, 0, more));
  assert.deepEqual([status, code], [413, 'FILE_TOO_LARGE']);
  const chunked = await fetch(new URL(url, server.url), {
    method: 'PATCH',
    headers: {
      ...client.headers,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    },
    body: new Blob([more]).stream(),
    duplex: 'half',
  } as RequestInit);
  assert.equal((await refusal(chunked)).status, 413);
  const offset = Number((await tus.ask(url)).headers.get('upload-offset'));
  assert.ok(offset <= bytes.length, `${offset}`);
  const last = await tus.send(url, offset, bytes.subarray(offset));
  assert.match(last.headers.get('octavo-file-id') ?? '', /^file_/);
});

test('X-HTTP-Method-Override is the method, whatever the other says', async () => {
  const url = new URL(await tus.address(bytes.length), server.url);
  const call = (method: string, headers: Record<string, string> = {}, body?: Buffer) =>
    fetch(url, {
      method: 'POST',
      headers: {
        ...client.headers,
        'tus-resumable': '1.0.0',
        'x-http-method-override': method,
        ...headers,
      },
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
  const part = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  assert.equal((await call('PATCH', part, bytes.subarray(0, 100))).status, 204);
  const head = await call('HEAD');
  assert.deepEqual([head.status, await head.text()], [200, '']);
  assert.deepEqual(headersOf(head, 'upload-offset', 'upload-length'), ['100', String(bytes.length)]);
  assert.equal((await call('DELETE')).status, 204);
  assert.equal((await call('HEAD')).status, 404);
});

test('HEAD tells what was said at the creation, when the upload ends, and is not to be kept', async () => {
  const metadata = `filename ${Buffer.from('a.pdf').toString('base64')},note ${Buffer.from('x\0y').toString('base64')},draft`;
  const created = await tus.begin(bytes.length, { 'upload-metadata': metadata });
  const url = created.headers.get('location') ?? '';
  const patched = await tus.send(url, 0, bytes.subarray(0, 10));
  const head = await tus.ask(url);
  assert.deepEqual(
    headersOf(head, 'upload-offset', 'upload-length', 'upload-metadata', 'cache-control', 'tus-resumable'),
    ['10', String(bytes.length), metadata, 'no-store', '1.0.0'],
  );
  for (const response of [created, patched, head]) {
    const hours = (Date.parse(response.headers.get('upload-expires') ?? '') - Date.now()) / 3_600_000;
    assert.ok(hours > 23.9 && hours < 24.1, `${hours}`);
  }
});

test('an upload that is deleted is gone; one that has become a file is the file’s', async () => {
  const url = await tus.address(bytes.length);
  await tus.send(url, 0, bytes.subarray(0, 10));
  assert.equal((await tus.end(url)).status, 204);
  assert.equal((await tus.ask(url)).status, 404);
  assert.equal((await refusal(await tus.end(url))).code, 'NOT_FOUND');

  const whole = await tus.begin(bytes.length, { 'content-type': 'application/offset+octet-stream' }, bytes);
  const location = whole.headers.get('location') ?? '';
  assert.deepEqual(
    [whole.status, ...headersOf(whole, 'upload-offset', 'upload-expires')],
    [201, String(bytes.length), null],
  );
  assert.equal((await refusal(await tus.end(location))).code, 'ALREADY_FINISHED');
  // Sent again, as by a client that lost the answer.
  assert.equal((await refusal(await tus.send(location, 0, bytes))).status, 409);
  const again = await tus.send(location, bytes.length, Buffer.alloc(0));
  assert.equal(again.headers.get('octavo-file-id'), whole.headers.get('octavo-file-id'));
});
