import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { makePdf } from './helpers/pdf.ts';
import { dial, head, hearOut } from './helpers/raw-http.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const idleMs = 1_000;
const server = await startServer({ worker: false, idleMs });
after(() => server[Symbol.asyncDispose]());
const client = await server.guest();
const identity = `authorization: Bearer ${client.token}`;
const pdf = makePdf({ pages: 20 });

async function incoming(): Promise<string[]> {
  return readdir(join(server.services.config.DATA_DIR, 'incoming'));
}

/** A resumable upload that has been announced; its path. */
async function announce(): Promise<string> {
  const response = await fetch(`${client.url}/uploads`, {
    method: 'POST',
    headers: { ...client.headers, 'tus-resumable': '1.0.0', 'upload-length': String(pdf.length) },
  });
  assert.equal(response.status, 201);
  return new URL(response.headers.get('location') ?? '', client.url).pathname;
}

const patch = (path: string) => [
  `PATCH ${path} HTTP/1.1`,
  'host: x',
  identity,
  'tus-resumable: 1.0.0',
  'upload-offset: 0',
  'content-type: application/offset+octet-stream',
  `content-length: ${pdf.length}`,
];

test('an upload that comes to a halt is answered with 408, and leaves nothing behind', async () => {
  const socket = await dial(server.url);
  socket.write(head(['POST /files HTTP/1.1', 'host: x', identity, `content-length: ${pdf.length}`]));
  socket.write(pdf.subarray(0, 500));
  await until('the bytes arrive', async () => (await incoming()).length > 0);
  const { status, headers, body } = await hearOut(socket);
  assert.deepEqual([status, headers.get('connection')], [408, 'close']);
  assert.equal((JSON.parse(body) as { error: { code: string } }).error.code, 'TIME_LIMIT');
  await until('the bytes are gone', async () => (await incoming()).length === 0);
});

test('so is an operation', async () => {
  const socket = await dial(server.url);
  socket.write(
    head(['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 100']),
  );
  socket.write('{"query":');
  assert.equal((await hearOut(socket)).status, 408);
});

test('an upload that is cut, even before its identity is known, leaves nothing behind', async () => {
  const begun = head(['POST /files HTTP/1.1', 'host: x', identity, `content-length: ${pdf.length}`]);
  for (let turns = 0; turns < 40; turns++) {
    const socket = await dial(server.url);
    socket.write(begun + '%PDF-1.7');
    for (let i = 0; i < turns; i++) await turn();
    socket.resetAndDestroy();
  }
  await client.upload(pdf);
  await until('the bytes are gone', async () => (await incoming()).length === 0);
});

test('a resumable upload that comes to a halt is ended as well, and goes on from where it was', async () => {
  const path = await announce();
  const socket = await dial(server.url);
  socket.write(head(patch(path)));
  socket.write(pdf.subarray(0, 700));
  assert.equal((await hearOut(socket)).status, 408);
  const tus = { ...client.headers, 'tus-resumable': '1.0.0' };
  const offset = await until('what came is there', async () => {
    const { headers } = await fetch(client.url + path, { method: 'HEAD', headers: tus });
    return Number(headers.get('upload-offset'));
  });
  assert.equal(offset, 700);
  const rest = await fetch(client.url + path, {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '700', 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(pdf.subarray(700)),
  });
  assert.equal(rest.status, 204);
  assert.match(rest.headers.get('octavo-file-id') ?? '', /^file_/);
});

test('a slow line is waited for, however long it takes in all', async () => {
  const socket = await dial(server.url);
  socket.write(
    head(['POST /files HTTP/1.1', 'host: x', identity, `content-length: ${pdf.length}`, 'connection: close']),
  );
  const answer = hearOut(socket);
  const pieces = 10;
  for (let i = 0; i < pieces; i++) {
    socket.write(pdf.subarray((pdf.length * i) / pieces, (pdf.length * (i + 1)) / pieces));
    // The pace of the line, not a wait for something.
    await delay((idleMs * 1.5 * 2) / pieces);
  }
  assert.equal((await answer).status, 201);
});

test('a request that has come in whole may take as long as it takes', async () => {
  const stream = client.subscribe('sse', 'subscription { jobsProgress { seq } }');
  const first = stream.next();
  await delay(idleMs * 2);
  const id = await client.startJob([await client.upload(pdf)], [{ rotate: { degrees: 90 } }]);
  assert.ok(id);
  assert.ok((await first).value?.data);
  await stream.return?.();
});
