import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { Upload, type UploadOptions } from 'tus-js-client';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startRole } from './helpers/process.ts';
import { startServer } from './helpers/server.ts';
import { refusal, tusClient } from './helpers/tus.ts';
import { until } from './helpers/wait.ts';

const server = await startServer({ env: { MAX_FILE_BYTES: '20000000' } });
/** A second web process on the same database and folder. */
const web = await startRole({ ...server.env, ROLE: 'web' });
const otherUrl = /http:\S+/.exec(web.ready)?.[0] ?? '';
after(async () => {
  await web[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const folder = join(server.env.DATA_DIR ?? '', 'incoming-parts');
const parts = () => readdir(folder);
const idOf = (response: Response) => response.headers.get('octavo-file-id');
const offsetOf = (response: Response) => response.headers.get('upload-offset');

/** A request that is begun and goes on for as long as its connection. */
function beginPatch(client: Client, url: string, bytes: Buffer, whole: number): Socket {
  const { hostname, port } = new URL(client.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    `PATCH ${url} HTTP/1.1\r\nhost: x\r\nauthorization: ${client.headers['authorization']}\r\ntus-resumable: 1.0.0\r\n` +
      `upload-offset: 0\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: ${whole}\r\n\r\n`,
  );
  socket.write(bytes);
  return socket;
}

async function arrived(url: string, bytes: number) {
  const id = url.split('_')[1] ?? '';
  await until('the bytes are known of', async () => {
    const [row] = await server.services.database.sql`select received from uploads where id = ${id}`;
    return Number(row?.['received']) >= bytes;
  });
}

async function countFiles(client: Client): Promise<number> {
  const subject = JSON.parse(Buffer.from(client.token!.split('.')[1]!, 'base64url').toString()).sub as string;
  const [row] = await server.services.database.sql`
    select count(*)::int as count from files where subject = ${subject}`;
  return row?.['count'] as number;
}

test('an upload in pieces becomes a file like any other, and tells its id as often as it is asked', async () => {
  const client = await server.guest();
  const tus = tusClient(client);
  const bytes = makePdf({ pages: 3 });
  const url = await tus.address(bytes.length);
  assert.equal((await tus.send(url, 0, bytes.subarray(0, 500))).status, 204);
  const half = await tus.ask(url);
  assert.deepEqual([offsetOf(half), idOf(half)], ['500', null]);

  const last = await tus.send(url, 500, bytes.subarray(500));
  assert.equal(last.status, 204);
  const id = idOf(last);
  assert.match(id ?? '', /^file_/);
  const later = await tusClient(client, otherUrl).ask(url);
  assert.deepEqual([later.status, idOf(later), offsetOf(later)], [200, id, String(bytes.length)]);
  const job = await client.finish(await client.startJob([id ?? ''], [{ rotate: { degrees: 90 } }]));
  assert.equal(job.state, 'COMPLETED');
  assert.equal(job.inputs[0]?.name, 'report.pdf');
});

test('what is no PDF is refused on the last piece, and nothing of it stays', async () => {
  const tus = tusClient(await server.guest());
  const bytes = Buffer.from('no PDF at all');
  const url = await tus.address(bytes.length);
  const { status, code } = await refusal(await tus.send(url, 0, bytes));
  assert.deepEqual([status, code], [415, 'NOT_A_PDF']);
  assert.ok(!(await parts()).includes(url));
  assert.equal((await tus.ask(url)).status, 404);
});

test("another's upload is not found, whatever is tried and however its address is written", async (t) => {
  const owner = tusClient(await server.guest());
  const strange = await server.guest();
  const stranger = tusClient(strange);
  const bytes = makePdf({ pages: 1 });
  const url = await owner.address(bytes.length);
  const own = await stranger.address(bytes.length);
  const [theirs, mine] = [url.split('/')[2]!, own.split('/')[2]!];
  for (const path of [
    `/uploads/${theirs}`,
    `/uploads/${mine}/${theirs}`,
    `/uploads/${mine}//${theirs}`,
    `/uploads//${theirs}`,
    `/uploads/${mine}%2f${theirs}`,
    `/uploads/${mine}%2F..%2F${theirs}`,
    `/uploads/${mine}/../${theirs}`,
    `/uploads/${mine}/%2e%2e/${theirs}`,
    `/uploads/${mine}?/${theirs}`,
    `/uploads/${mine};${theirs}`,
    `/uploads/${mine}\\${theirs}`,
    `/uploads/${mine}%00${theirs}`,
    `/uploads/${theirs}/`,
    `/uploads/${theirs}.json`,
  ])
    await t.test(path.replaceAll(theirs, 'theirs').replaceAll(mine, 'mine'), async () => {
      for (const method of ['HEAD', 'PATCH', 'DELETE'])
        assert.equal(await sendRaw(strange, method, path, bytes), 404, method);
    });
  assert.deepEqual([(await owner.ask(url)).status, offsetOf(await owner.ask(url))], [200, '0']);
  assert.equal(offsetOf(await stranger.ask(own)), '0');
  assert.equal((await owner.send(url, 0, bytes)).status, 204);
});

/** A target that no URL parser has touched; the status of the answer. */
async function sendRaw(client: Client, method: string, target: string, bytes: Buffer): Promise<number> {
  const { hostname, port } = new URL(client.url);
  const socket = connect(Number(port), hostname);
  const head =
    `${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: ${client.headers['authorization']}\r\n` +
    'tus-resumable: 1.0.0\r\n';
  socket.write(
    method === 'PATCH'
      ? Buffer.concat([
          Buffer.from(
            `${head}upload-offset: 0\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: ${bytes.length}\r\n\r\n`,
          ),
          bytes,
        ])
      : `${head}\r\n`,
  );
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  socket.destroy();
  return Number(answer.split(' ')[1]);
}

test('both web processes are asked for the end of an upload at once: one file comes of it', async () => {
  const client = await server.guest();
  const [here, there] = [tusClient(client), tusClient(client, otherUrl)];
  const bytes = Buffer.concat([makePdf({ pages: 2 }), Buffer.from(`\n%${'x'.repeat(8_000_000)}`)]);
  const cut = bytes.length - 10;
  for (const other of ['PATCH', 'HEAD'] as const) {
    const before = await countFiles(client);
    const url = await here.address(bytes.length);
    assert.equal((await here.send(url, 0, bytes.subarray(0, cut))).status, 204);
    const last = here.send(url, cut, bytes.subarray(cut));
    // As the bytes are there, and are being looked at.
    if (other === 'HEAD') await arrived(url, bytes.length);
    const second = other === 'HEAD' ? there.ask(url) : there.send(url, cut, bytes.subarray(cut));
    const answers = await Promise.all([last, second]);
    const id = idOf(await there.ask(url));
    assert.match(id ?? '', /^file_/);
    // Whose bytes came second is told that they are there already.
    for (const answer of answers) {
      if (answer.status === 409) continue;
      assert.ok(answer.ok, `${other} ${answer.status}`);
      assert.equal(idOf(answer), id, other);
    }
    assert.equal((await countFiles(client)) - before, 1, other);
  }
});

test('two processes never write one upload at once: the newer request takes over, and no byte is lost', async () => {
  const client = await server.guest();
  const there = tusClient(client, otherUrl);
  const bytes = Buffer.concat([makePdf({ pages: 2 }), Buffer.from(`\n%${'x'.repeat(1_000_000)}`)]);
  const url = await there.address(bytes.length);
  // A connection that broke without a word: half of the bytes, and never an end.
  using stalled = Object.assign(beginPatch(client, url, bytes.subarray(0, 500_000), bytes.length), {
    [Symbol.dispose]: () => stalled.destroy(),
  });
  await arrived(url, 500_000);
  const asked = performance.now();
  const offset = Number(offsetOf(await there.ask(url)));
  assert.equal(offset, 500_000);
  assert.ok(performance.now() - asked < 5_000);
  const answer = await there.send(url, offset, bytes.subarray(offset));
  assert.equal(answer.status, 204);
  const [file] = await server.services.database.sql`
    select sha256, bytes from files where id = ${idOf(answer)!.split('_')[1]!}`;
  const { createHash } = await import('node:crypto');
  assert.deepEqual(
    [Number(file?.['bytes']), file?.['sha256']],
    [bytes.length, createHash('sha256').update(bytes).digest('hex')],
  );
});

test('a process that is killed in the midst of an upload loses what came in its last second at most', async () => {
  const client = await server.guest();
  const doomed = await startRole({ ...server.env, ROLE: 'web' });
  const url = await tusClient(client).address(2_000_000);
  const there = new Client(/http:\S+/.exec(doomed.ready)?.[0] ?? '', client.token);
  const socket = beginPatch(there, url, Buffer.alloc(700_000, 'x'), 2_000_000);
  await arrived(url, 700_000);
  await doomed.stop('SIGKILL');
  socket.destroy();
  // Its hold ends by itself.
  assert.equal(offsetOf(await tusClient(client).ask(url)), '700000');
});

test('bytes that arrived while the answer was lost are made a file when they are asked for', async () => {
  const client = await server.guest();
  const tus = tusClient(client);
  const bytes = makePdf({ pages: 2 });
  const url = await tus.address(bytes.length);
  // As after a crash between the last byte and the look at it.
  const { Readable } = await import('node:stream');
  const { partialUploads, tokens } = server.services;
  const viewer = await tokens.verify(client.token ?? '');
  const hold = await partialUploads.hold(viewer, uuidOf(url));
  await partialUploads.append(hold!, 0, Readable.from([bytes], { objectMode: false }));
  await hold!.release();
  const answers = await Promise.all([tus.ask(url), tusClient(client, otherUrl).ask(url)]);
  assert.match(idOf(answers[0]) ?? '', /^file_/);
  assert.equal(idOf(answers[0]), idOf(answers[1]));
  assert.equal(await countFiles(client), 1);
});

test('an upload that nobody goes on with expires; one at work does not', async () => {
  const client = await server.guest();
  const tus = tusClient(client);
  const [old, fresh] = [await tus.address(1_000), await tus.address(1_000)];
  const held = await tus.address(1_000);
  using running = Object.assign(beginPatch(client, held, Buffer.alloc(500), 1_000), {
    [Symbol.dispose]: () => running.destroy(),
  });
  await arrived(held, 500);
  for (const url of [old, held])
    await server.services.database.db.execute(
      sql`update uploads set touched_at = touched_at - interval '25 hours' where id = ${url.split('_')[1]}`,
    );
  await server.services.partialUploads.expire();
  assert.equal((await tus.ask(old)).status, 404);
  assert.equal((await tus.ask(fresh)).status, 200);
  assert.equal((await tus.ask(held)).status, 200);
  const there = await parts();
  assert.equal(there.filter((name) => [old, fresh].some((url) => uuidOf(url) === name)).length, 1);
});

function uuidOf(url: string): string {
  return url.split('_')[1]!.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

test('tus-js-client uploads, goes on after an abort, in whichever process, and learns the id', async (t) => {
  const client = await server.guest();
  const bytes = Buffer.concat([makePdf({ pages: 2 }), Buffer.from(`\n%${'x'.repeat(300_000)}`)]);
  interface Outcome {
    url: string | null;
    id?: string | undefined;
    error?: string;
  }
  const upload = (options: Partial<UploadOptions>, data = bytes, abortAt = Infinity) =>
    new Promise<Outcome>((resolve) => {
      const one = new Upload(data, {
        endpoint: `${server.url}/uploads`,
        headers: client.headers,
        metadata: { filename: 'r é 漢.pdf', filetype: 'application/pdf' },
        retryDelays: null,
        onProgress(sent) {
          if (sent >= abortAt) void one.abort().then(() => resolve({ url: one.url }));
        },
        onError: (error) => resolve({ url: one.url, error: error.message }),
        onSuccess: ({ lastResponse }) =>
          resolve({ url: one.url, id: lastResponse.getHeader('octavo-file-id') }),
        ...options,
      });
      one.start();
    });

  for (const [what, options] of [
    ['at once', {}],
    ['in chunks', { chunkSize: 50_000 }],
    ['with the creation', { uploadDataDuringCreation: true }],
    ['with POST for every method', { overridePatchMethod: true }],
  ] as const)
    await t.test(what, async () => {
      const { id, error } = await upload(options);
      assert.match(id ?? error ?? '', /^file_/);
      const { node } = await client.data<{ node: { name: string; bytes: number } }>(
        'query ($id: ID!) { node(id: $id) { ... on File { name bytes } } }',
        { id },
      );
      assert.deepEqual([node.name, node.bytes], ['r é 漢.pdf', bytes.length]);
    });

  await t.test('after an abort, at the other process, and once more when all is there', async () => {
    const { url } = await upload({ chunkSize: 50_000 }, bytes, 100_000);
    const uploadUrl = new URL(new URL(url ?? '').pathname, otherUrl).href;
    const resumed = await upload({ uploadUrl });
    assert.match(resumed.id ?? resumed.error ?? '', /^file_/);
    assert.equal((await upload({ uploadUrl })).id, resumed.id);
  });

  for (const [what, options, data, said] of [
    ['an empty file', {}, Buffer.alloc(0), /is empty/],
    ['a length that is not known', { uploadLengthDeferred: true, chunkSize: 50_000 }, bytes, /Upload-Length/],
    ['a file in several uploads', { parallelUploads: 2 }, bytes, /sent as one/],
  ] as const)
    await t.test(`${what} is refused with a sentence`, async () => {
      const { id, error } = await upload(options, data);
      assert.equal(id, undefined);
      assert.match(error ?? '', said);
    });
});
