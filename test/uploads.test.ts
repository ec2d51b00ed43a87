import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Client } from './helpers/client.ts';
import * as hostile from './helpers/hostile.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

interface Reply {
  status: number;
  body: {
    id?: string;
    name?: string;
    pages?: number;
    bytes?: number;
    sha256?: string;
    error?: { code: string; message: string };
  };
}

async function post(client: Client, bytes: Uint8Array, name?: string): Promise<Reply> {
  const response = await client.post(bytes, name);
  return { status: response.status, body: (await response.json()) as Reply['body'] };
}

test('an upload is stored, counted and hashed', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const bytes = makePdf({ pages: 12 });
  const { status, body } = await post(client, bytes, 'Jahres­bericht für Zoë 年.pdf');
  assert.equal(status, 201);
  const { createHash } = await import('node:crypto');
  assert.deepEqual(
    [body.name, body.pages, body.bytes, body.sha256],
    ['Jahres­bericht für Zoë 年.pdf', 12, bytes.length, createHash('sha256').update(bytes).digest('hex')],
  );
  assert.equal((await stored(server)).length, 1);
});

test('a name is a name: no folders, no controls, no turned writing', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  for (const [given, kept] of [
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.pdf', 'a.pdf'],
    ['a\u0000b\n.pdf', 'ab.pdf'],
    ['re\u202Efdp.exe', 'refdp.exe'],
    ['a\u200F\u061C\u200B\u2028.pdf', 'a.pdf'],
    ['نمی\u200Cخواهم.pdf', 'نمی\u200Cخواهم.pdf'],
    ['', 'document.pdf'],
    ['..', 'document.pdf'],
  ] as const)
    assert.equal((await post(client, makePdf({ pages: 1 }), given)).body.name, kept);
});

test('bad inputs get a typed answer and leave nothing behind', async (t) => {
  await using server = await startServer({
    worker: false,
    env: { MAX_FILE_BYTES: '5000000', MAX_PAGES: '100' },
  });
  const client = await server.guest();
  const good = makePdf({ pages: 5 });
  const cases: [string, Uint8Array, number, string][] = [
    ['zero bytes', Buffer.alloc(0), 400, 'INVALID_INPUT'],
    ['text', Buffer.from('Dear Sir or Madam,\n'.repeat(500)), 415, 'NOT_A_PDF'],
    ['a header and nothing else', Buffer.from('%PDF-1.7\n'), 422, 'BROKEN_PDF'],
    ['truncated', hostile.truncated(), 422, 'BROKEN_PDF'],
    ['encrypted', hostile.encrypted(), 422, 'ENCRYPTED'],
    ['a cyclic page tree', hostile.cyclicPageTree(), 422, 'BROKEN_PDF'],
    ['more pages than allowed', makePdf({ pages: 101 }), 422, 'TOO_MANY_PAGES'],
    ['a page tree of a billion pages', hostile.pageTreeDag(), 422, 'TOO_MANY_PAGES'],
    ['a flate bomb', hostile.objectStreamBomb(), 422, 'TOO_COMPLEX'],
    ['larger than allowed', Buffer.concat([good, Buffer.alloc(5_000_000)]), 413, 'FILE_TOO_LARGE'],
  ];
  for (const [what, bytes, status, code] of cases)
    await t.test(what, async () => {
      const reply = await post(client, bytes);
      assert.deepEqual([reply.status, reply.body.error?.code], [status, code]);
      assert.match(reply.body.error?.message ?? '', /[.!]$/);
      assert.deepEqual(await stored(server), []);
    });

  await t.test('a name of 2,000 characters', async () => {
    const reply = await post(client, good, `${'x'.repeat(2_000)}.pdf`);
    assert.deepEqual([reply.status, reply.body.error?.code], [400, 'INVALID_INPUT']);
    assert.deepEqual(await stored(server), []);
  });

  await t.test('more bytes than a body without a length may have', async () => {
    const reply = await chunked(client, async (write) => {
      await write(good);
      for (let i = 0; i < 80; i++) await write(Buffer.alloc(100_000));
    });
    assert.deepEqual([reply.status, reply.body.error?.code], [413, 'FILE_TOO_LARGE']);
    assert.deepEqual(await stored(server), []);
  });

  await t.test('no byte at all, which shows at the end', async () => {
    const { status, body } = await chunked(client, async () => {});
    assert.deepEqual([status, body.error?.code], [400, 'INVALID_INPUT']);
    assert.match(body.error?.message ?? '', /is empty/);
  });

  await t.test('fewer bytes than announced: the upload is broken off', async () => {
    const call = request(`${client.url}/files?name=a.pdf`, {
      method: 'POST',
      headers: { ...client.headers, 'content-length': good.length + 1_000 },
    });
    call.on('error', () => {});
    call.write(good);
    await until(
      'the bytes arrive',
      async () => (await readdir(join(server.services.config.DATA_DIR, 'incoming'))).length > 0,
    );
    call.destroy();
    await until('the bytes are gone', async () => (await stored(server)).length === 0);
  });

  for (const [what, headers] of [
    ['fewer bytes than announced: nothing more comes', { 'content-length': good.length + 1_000 }],
    ['more bytes than announced', { 'content-length': good.length - 500 }],
    ['a length that is none', { 'content-length': '12abc' }],
    ['two lengths', { 'content-length': `${good.length}\r\ncontent-length: 12` }],
    ['a length and chunks', { 'content-length': good.length, 'transfer-encoding': 'chunked' }],
  ] as const)
    await t.test(what, async () => {
      assert.equal(await sendRaw(client, headers, good), 400);
      await until('nothing is left', async () => (await stored(server)).length === 0);
    });

  await t.test('a form around a file', async () => {
    const form = new FormData();
    form.append('file', new Blob([good as Uint8Array<ArrayBuffer>]), 'report.pdf');
    const response = await client.post(form);
    const { error } = (await response.json()) as Reply['body'];
    assert.deepEqual([response.status, error?.code], [415, 'NOT_A_PDF']);
    assert.match(error?.message ?? '', /as the body/);
    // The one before may have been cut off before its first byte was written.
    await until('nothing is left', async () => (await stored(server)).length === 0);
  });

  await t.test('and the process lives: a good file is taken', async () => {
    assert.equal((await post(client, good)).status, 201);
  });
});

async function stored({ services }: TestServer): Promise<string[]> {
  const folders = ['files', 'incoming'].map((name) => join(services.config.DATA_DIR, name));
  const entries = await Promise.all(
    folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  );
  return entries
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

/** An upload as no HTTP client would write it, and then no more; the status of the answer. */
async function sendRaw(
  client: Client,
  headers: Record<string, string | number>,
  bytes: Uint8Array,
): Promise<number> {
  const { hostname, port } = new URL(client.url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host: hostname, ...client.headers, ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(Buffer.concat([Buffer.from(`POST /files?name=a.pdf HTTP/1.1\r\n${head}\r\n`), bytes]));
  return Number((await text(socket)).split(' ')[1]);
}

/** An upload in chunks, as a program that does not know the size sends it. */
function chunked(
  client: Client,
  send: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const call = request(
    `${client.url}/files?name=a.pdf`,
    { method: 'POST', headers: client.headers },
    (response) => {
      const { statusCode: status = 0 } = response;
      void json(response).then((body) => resolve({ status, body: body as Reply['body'] }));
    },
  );
  call.setMaxListeners(0);
  // The server answers before all is sent, and may close then.
  call.on('error', (error: NodeJS.ErrnoException) => {
    if (!['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) reject(error);
  });
  const write = (bytes: Uint8Array) =>
    new Promise<void>((done) => {
      if (call.destroyed || call.write(bytes)) setImmediate(done);
      else call.once('drain', done).once('close', done);
    });
  void send(write).then(() => call.end());
  return promise;
}
