import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

const tus = { 'tus-resumable': '1.0.0' };

async function begin(client: Client, length: number, name = 'report.pdf'): Promise<Response> {
  return fetch(`${client.url}/uploads`, {
    method: 'POST',
    headers: {
      ...client.headers,
      ...tus,
      'upload-length': String(length),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  });
}

async function address(client: Client, bytes: Buffer): Promise<string> {
  const response = await begin(client, bytes.length);
  assert.equal(response.status, 201, await response.text());
  return new URL(response.headers.get('location') ?? '', client.url).href;
}

function send(client: Client, url: string, offset: number, bytes: Buffer): Promise<Response> {
  return fetch(url, {
    method: 'PATCH',
    headers: {
      ...client.headers,
      ...tus,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(bytes),
  });
}

function ask(client: Client, url: string): Promise<Response> {
  return fetch(url, { method: 'HEAD', headers: { ...client.headers, ...tus } });
}

async function parts(server: TestServer): Promise<string[]> {
  return readdir(join(server.env.DATA_DIR ?? '', 'incoming-parts'));
}

test('an upload in pieces becomes a file like any other, and tells its id as often as it is asked', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const bytes = makePdf({ pages: 3 });
  const url = await address(client, bytes);
  assert.equal((await send(client, url, 0, bytes.subarray(0, 500))).status, 204);
  const half = await ask(client, url);
  assert.deepEqual([half.headers.get('upload-offset'), half.headers.get('octavo-file-id')], ['500', null]);

  const last = await send(client, url, 500, bytes.subarray(500));
  assert.equal(last.status, 204);
  const id = last.headers.get('octavo-file-id');
  assert.match(id ?? '', /^file_/);
  const later = await ask(client, url);
  assert.deepEqual(
    [later.headers.get('octavo-file-id'), later.headers.get('upload-offset')],
    [id, String(bytes.length)],
  );
  const job = await client.finish(await client.startJob([id ?? ''], [{ rotate: { degrees: 90 } }]));
  assert.equal(job.state, 'COMPLETED');
  assert.equal(job.inputs[0]?.name, 'report.pdf');
});

test('what is no PDF is refused on the last piece, and nothing of it stays', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const bytes = Buffer.from('no PDF at all');
  const url = await address(client, bytes);
  const last = await send(client, url, 0, bytes);
  assert.equal(last.status, 415);
  const { error } = (await last.json()) as { error: { code: string } };
  assert.equal(error.code, 'NOT_A_PDF');
  assert.deepEqual(await parts(server), []);
  assert.equal((await ask(client, url)).status, 404);
});

test('an upload that is too large, of unknown length or without identity is refused at its beginning', async () => {
  await using server = await startServer({ worker: false, env: { MAX_FILE_BYTES: '2000' } });
  const client = await server.guest();
  assert.equal((await begin(client, 2_001)).status, 413);
  assert.equal((await begin(client, 0)).status, 400);
  const headers = { ...tus, 'upload-length': '10' };
  assert.equal((await fetch(`${server.url}/uploads`, { method: 'POST', headers })).status, 401);
  assert.deepEqual(await parts(server), []);
});

test("another's upload is not found, whatever is tried", async () => {
  await using server = await startServer({ worker: false });
  const owner = await server.guest();
  const stranger = await server.guest();
  const bytes = makePdf({ pages: 1 });
  const url = await address(owner, bytes);
  assert.equal((await ask(stranger, url)).status, 404);
  assert.equal((await send(stranger, url, 0, bytes)).status, 404);
  const headers = { ...stranger.headers, ...tus };
  assert.equal((await fetch(url, { method: 'DELETE', headers })).status, 404);
  assert.equal((await fetch(url, { headers: owner.headers })).status, 405);
  assert.equal((await send(owner, url, 0, bytes)).status, 204);
});

test('bytes that arrived while the answer was lost are made a file when they are asked for', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const bytes = makePdf({ pages: 2 });
  const url = await address(client, bytes);
  const id = url.split('/').at(-1) ?? '';
  // As after a crash between the last byte and the look at it.
  const { Readable } = await import('node:stream');
  await server.services.partialUploads.store.write(Readable.from([bytes]), id, 0);
  const answers = await Promise.all([ask(client, url), ask(client, url)]);
  const ids = answers.map(({ headers }) => headers.get('octavo-file-id'));
  assert.match(ids[0] ?? '', /^file_/);
  assert.equal(ids[0], ids[1]);
});

test('an upload that nobody goes on with expires; one at work does not', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const { store, expire } = server.services.partialUploads;
  const [old, fresh] = [
    await address(client, makePdf({ pages: 1 })),
    await address(client, makePdf({ pages: 1 })),
  ];
  const id = old.split('/').at(-1) ?? '';
  const note = await store.configstore.get(id);
  assert.ok(note);
  note.creation_date = new Date(Date.now() - 25 * 3_600_000).toISOString();
  await store.configstore.set(id, note);
  await expire();
  assert.equal((await ask(client, old)).status, 404);
  assert.equal((await ask(client, fresh)).status, 200);
  assert.equal((await parts(server)).length, 2);
});
