import assert from 'node:assert/strict';
import { rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { rangeResults } from '../server/db/tables.ts';
import { parseId } from '../server/id.ts';
import { layout } from '../server/jobs/ranges.ts';
import { startWorker } from '../server/worker.ts';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

/** Where the bytes of a file lie. */
async function keyOf({ services }: TestServer, id: string): Promise<{ key: string; path: string }> {
  const file = await services.files.findAny(parseId('file', id) ?? '');
  assert.ok(file);
  return { key: file.storageKey, path: services.storage.path(file.storageKey) };
}

async function eventsOf(client: Client, id: string): Promise<string[]> {
  const { job } = await client.data<{ job: { events: { edges: { node: { type: string } }[] } } }>(
    'query ($id: ID!) { job(id: $id) { events { edges { node { type } } } } }',
    { id },
  );
  return job.events.edges.map(({ node }) => node.type);
}

test('a file that is lost is told by a code, and its key to the operator', async (t) => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 4 }));
  const id = await client.startJob([file], [{ split: { every: 2 } }]);
  const { outputs } = await client.finish(id);
  const error = t.mock.method(server.services.log, 'error', () => {});
  const { key, path } = await keyOf(server, outputs[1]!.id);
  for (const [how, lose] of [
    ['half of it', () => truncate(path, 100)],
    ['all of it', () => rm(path)],
  ] as const)
    await t.test(how, async () => {
      await lose();
      for (const address of [
        `/files/${outputs[1]!.id}`,
        `/files/${outputs[1]!.id}/thumbnail`,
        `/jobs/${id}/archive`,
      ]) {
        error.mock.resetCalls();
        const response = await fetch(server.url + address, { headers: client.headers });
        const body = (await response.json()) as { error: { code: string; message: string } };
        assert.deepEqual([response.status, body.error.code], [410, 'FILE_LOST'], address);
        assert.match(body.error.message, /^report 3-4\.pdf is lost/);
        assert.deepEqual(
          error.mock.calls.map(({ arguments: [told] }) => (told as { key: string }).key),
          [key],
        );
        const head = await fetch(server.url + address, { method: 'HEAD', headers: client.headers });
        assert.equal(head.status, 410);
      }
    });
  const kept = await fetch(`${server.url}/files/${outputs[0]!.id}`, { headers: client.headers });
  assert.equal((await kept.arrayBuffer()).byteLength, outputs[0]!.bytes);
});

test('where all files are away none is lost', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.upload(makePdf({ pages: 1 }));
  const status = async () =>
    (await fetch(`${server.url}/files/${id}`, { method: 'HEAD', headers: client.headers })).status;
  const folder = join(server.services.config.DATA_DIR, 'files');
  await rename(folder, `${folder}-away`);
  assert.equal(await status(), 500);
  await rename(`${folder}-away`, folder);
  assert.equal(await status(), 200);
});

test('a job whose input or stamp is lost fails at once, and says so', async (t) => {
  await using server = await startServer();
  const client = await server.guest();
  const pdf = await client.upload(makePdf({ pages: 1 }));
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const stamp = ((await (await client.post(png, 'stamp.png')).json()) as { id: string }).id;
  for (const lost of [stamp, pdf])
    await t.test(lost === pdf ? 'input' : 'stamp', async () => {
      await rm((await keyOf(server, lost)).path);
      const id = await client.startJob([pdf], [{ imageStamp: { image: stamp } }]);
      const { state, attempt, error } = await client.finish(id);
      assert.deepEqual([state, attempt, error?.code, error?.retryable], ['FAILED', 1, 'FILE_LOST', false]);
      assert.deepEqual(await eventsOf(client, id), ['CREATED', 'STARTED', 'FAILED']);
    });
});

test('page ranges whose bytes are lost are made again', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const { services } = server;
  const file = await client.upload(makePdf({ pages: 3 }));
  const id = await client.startJob([file], [{ extractText: {} }]);
  // As a worker leaves it that was killed after its first range.
  await services.database.db.insert(rangeResults).values({
    jobId: parseId('job', id) ?? '',
    pass: layout,
    range: 0,
    result: { first: 0, last: 3, bytes: null },
  });
  await services.database.db.execute(sql`update jobs set attempt = 1, ranges = 'd'`);
  const worker = await startWorker(services);
  try {
    const { state, attempt, outputs } = await client.finish(id);
    assert.deepEqual([state, attempt], ['COMPLETED', 2]);
    assert.match(String(await client.download(outputs[0]!)), /Page 1\s+Page 2\s+Page 3/);
  } finally {
    await worker.close();
  }
});
