import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Storage } from '../server/files/storage.ts';
import type { Client } from './helpers/client.ts';
import { largePdf } from './helpers/large-pdf.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

let server: TestServer;
let client: Client;
let large: { path: string; bytes: Buffer };
/** What was opened in the storage; each holds a file handle until it is closed. */
const sources: Readable[] = [];

before(async () => {
  server = await startServer({ worker: false, stallMs: 100 });
  client = await server.guest();
  const bytes = largePdf(40_000_000);
  large = { path: `/files/${await client.upload(bytes)}`, bytes };
  const { storage } = server.services;
  const read = storage.read.bind(storage);
  storage.read = async (key, range) => {
    const source = await read(key, range);
    sources.push(source);
    return source;
  };
});
after(() => server[Symbol.asyncDispose]());

async function open(path: string): Promise<IncomingMessage> {
  const request = get(server.url + path, { headers: client.headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function untilClosed(): Promise<void> {
  await until('every file is closed', () => sources.every(({ closed }) => closed));
}

test('a reader that stands still is cut off, a slow one is served to the end', async () => {
  const stalled = await open(large.path);
  const slow = await open(large.path);
  const taken: Buffer[] = [];
  for await (const chunk of slow) {
    taken.push(chunk as Buffer);
    // It takes longer than a reader may stand still.
    await delay(2);
  }
  assert.ok(Buffer.concat(taken).equals(large.bytes));
  await untilClosed();
  stalled.resume();
  const [error] = (await once(stalled, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNRESET');
});

test('a file is closed when its reader leaves, before the first byte too', async (t) => {
  const response = await open(large.path);
  response.destroy();
  await untilClosed();
  const { storage } = server.services;
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const read = storage.read.bind(storage);
  t.mock.method(storage, 'read', (async (key, range) => {
    const source = await read(key, range);
    await gone;
    return source;
  }) as Storage['read']);
  const opened = sources.length;
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const { authorization } = client.headers;
  socket.write(`GET ${large.path} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`);
  await until('the file is open', () => sources.length > opened);
  socket.resetAndDestroy();
  // What comes later is answered later.
  assert.equal((await open('/livez')).statusCode, 200);
  leave();
  await untilClosed();
});

test('requests that come at once on one connection are answered in order', async () => {
  const id = await client.upload(makePdf({ pages: 1 }));
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const headers = `host: x\r\nauthorization: ${client.headers.authorization}`;
  const ask = (range: string, more = '') =>
    `GET /files/${id} HTTP/1.1\r\n${headers}\r\nrange: bytes=${range}\r\n${more}\r\n`;
  socket.write(ask('0-7') + ask('-6') + ask('1-3', 'connection: close\r\n'));
  const answers = String(await buffer(socket)).split('\r\n\r\n');
  assert.deepEqual(
    answers.slice(1).map((one) => one.split('HTTP/1.1')[0]),
    ['%PDF-1.4', '%%EOF\n', 'PDF'],
  );
});

for (const [what, fault] of Object.entries({
  'fails in the middle': (source: Readable) => source.destroy(new Error('the disk is gone')),
  'ends early': (source: Readable) => source.push(null),
}))
  test(`a file that ${what} never looks whole, and the operator hears of it`, async (t: TestContext) => {
    const { storage, log } = server.services;
    const error = t.mock.method(log, 'error', () => {});
    const broken: Storage['read'] = async () => {
      const source = new Readable({ read() {} });
      source.push('%PDF');
      setImmediate(fault, source);
      return source;
    };
    t.mock.method(storage, 'read', broken);
    const response = await open(large.path);
    assert.equal(response.headers['content-length'], String(large.bytes.length));
    await assert.rejects(buffer(response), { code: 'ECONNRESET' });
    assert.equal(error.mock.callCount(), 1);
    const [{ path }] = error.mock.calls[0]!.arguments as unknown as [{ path: string }];
    assert.equal(path, large.path);
    t.mock.restoreAll();
    assert.equal((await open(large.path)).destroy().statusCode, 200);
  });

test('what cannot be opened for the moment is an error like any other', async (t) => {
  t.mock.method(server.services.storage, 'read', () =>
    Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' })),
  );
  const response = await open(large.path);
  assert.deepEqual(
    [response.statusCode, response.headers.etag, response.headers['content-disposition']],
    [500, undefined, undefined],
  );
  assert.match(String(await buffer(response)), /"code":"INTERNAL"/);
});
