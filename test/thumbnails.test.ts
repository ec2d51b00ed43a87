import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { createThumbnails } from '../server/files/thumbnails.ts';
import { parseId } from '../server/id.ts';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { RawPdf } from './helpers/raw-pdf.ts';
import { startServer } from './helpers/server.ts';
import { bench, patient } from './helpers/slots.ts';

async function thumbnailOf(client: Client, id: string): Promise<string | null> {
  const { node } = await client.data<{ node: { thumbnail: string | null } }>(
    'query ($id: ID!) { node(id: $id) { ... on File { thumbnail } } }',
    { id },
  );
  return node.thumbnail;
}

test('a document’s first page and an image have a small picture, by bearer or link, made once', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const red = { create: { width: 1_000, height: 500, channels: 3, background: 'red' } } as const;
  const image = await client.post(await sharp(red).jpeg().toBuffer(), 'red.jpg');
  for (const [id, size] of [
    [await client.upload(makePdf({ pages: 3 })), [226, 320]],
    [await client.upload(makePdf({ pages: 3, rotate: () => 90 })), [320, 226]],
    [((await image.json()) as { id: string }).id, [320, 160]],
  ] as const) {
    const link = await thumbnailOf(client, id);
    assert.ok(link);
    const [linked, owned] = await Promise.all([
      fetch(new URL(link, server.url)),
      fetch(`${server.url}/files/${id}/thumbnail`, { headers: client.headers }),
    ]);
    assert.deepEqual([linked.status, owned.status], [200, 200]);
    assert.equal(linked.headers.get('content-type'), 'image/webp');
    assert.equal(linked.headers.get('cache-control'), 'private, max-age=900');
    assert.equal(linked.headers.get('x-content-type-options'), 'nosniff');
    const bytes = Buffer.from(await linked.arrayBuffer());
    assert.deepEqual(Buffer.from(await owned.arrayBuffer()), bytes);
    const { format, width, height } = await sharp(bytes).metadata();
    assert.deepEqual([format, width, height], ['webp', ...size]);
    const etag = linked.headers.get('etag') ?? '';
    const again = await fetch(new URL(link, server.url), { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    const head = await fetch(new URL(link, server.url), { method: 'HEAD' });
    assert.deepEqual([head.headers.get('content-length'), await head.text()], [String(bytes.length), '']);
  }
});

test('a link for the picture is for nothing else, and finds nothing once it or the file has expired', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const stranger = await server.guest();
  const id = await client.upload(makePdf({ pages: 1 }));
  const other = await client.upload(makePdf({ pages: 2 }));
  const link = new URL((await thumbnailOf(client, id)) ?? '', server.url);
  const status = async (path: string, headers = {}): Promise<number> =>
    (await fetch(`${server.url}${path}`, { headers })).status;
  assert.equal(await status(link.pathname + link.search), 200);
  assert.equal(await status(`/files/${id}${link.search}`), 404);
  assert.equal(await status(`/files/${other}/thumbnail${link.search}`), 404);
  const { node } = await client.data<{ node: { url: string } }>(
    'query ($id: ID!) { node(id: $id) { ... on File { url } } }',
    { id },
  );
  assert.equal(await status(link.pathname + new URL(node.url, server.url).search), 404);
  assert.equal(await status(`/files/${id}/thumbnail`), 401);
  const answers = await Promise.all(
    [id, 'file_0123456789abcdef0123456789abcdef'].map(async (one) => {
      const response = await fetch(`${server.url}/files/${one}/thumbnail`, { headers: stranger.headers });
      return [response.status, await response.text()];
    }),
  );
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(answers[0]?.[0], 404);
  await t.test('past the link’s end', async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: Date.now() + 31 * 60_000 });
    assert.equal(await status(link.pathname + link.search), 404);
  });
  await t.test('past the file’s end', async () => {
    const { db } = server.services.database;
    await db.execute(sql`update files set expires_at = now() where id = ${parseId('file', id)}`);
    assert.equal(await status(link.pathname + link.search), 404);
  });
});

test('a picture is kept beside its file, and goes with it', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const [gone, kept] = [
    await client.upload(makePdf({ pages: 1 })),
    await client.upload(makePdf({ pages: 1 })),
  ];
  for (const id of [gone, kept])
    await (await fetch(new URL((await thumbnailOf(client, id)) ?? '', server.url))).arrayBuffer();
  const stored = async (): Promise<string[]> => readdir(join(server.env.DATA_DIR ?? '', 'files/uploads'));
  assert.equal((await stored()).length, 4);
  const { services } = server;
  await services.database.db.execute(
    sql`update files set expires_at = now() where id = ${parseId('file', gone)}`,
  );
  await services.retention.expire();
  assert.deepEqual((await stored()).toSorted(), [
    parseId('file', kept),
    `${parseId('file', kept)}-thumbnail`,
  ]);
});

test('a picture that too many wait for is refused, and made when it is asked for again', async (t) => {
  await using server = await startServer({ worker: false });
  const { slots } = await bench(t, { bounds: { room: 1 } });
  const { storage, files } = server.services;
  const thumbnails = createThumbnails(storage, slots, server.services.log);
  const client = await server.guest();
  const file = await files.findAny(parseId('file', await client.upload(makePdf({ pages: 1 }))) ?? '');
  const gate = Promise.withResolvers<void>();
  const before = [slots.use(patient(), () => gate.promise), slots.use(patient(), async () => {})];
  await assert.rejects(thumbnails.of(file!), { code: 'RATE_LIMITED', retryAfter: 10 });
  gate.resolve();
  await Promise.all(before);
  assert.ok((await thumbnails.of(file!)).length > 0);
});

test('what cannot be drawn is not found, and not tried again', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.upload(pageBomb());
  for (const _ of ['first', 'again']) {
    const response = await fetch(`${server.url}/files/${id}/thumbnail`, { headers: client.headers });
    const { error } = (await response.json()) as { error: { code: string } };
    assert.deepEqual([response.status, error.code], [404, 'NOT_FOUND']);
    const kept = await stat(
      join(server.env.DATA_DIR ?? '', 'files/uploads', `${parseId('file', id)}-thumbnail`),
    );
    assert.equal(kept.size, 0);
  }
});

/** One page, whose content is 1 GB of `q`: it is let in, as nothing but a drawing unpacks it. */
function pageBomb(): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const content = file.addStream('/Filter /FlateDecode', deflateSync(Buffer.alloc(2 ** 30, 'q ')));
  const page = file.add(
    `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R >>`,
  );
  file.set(tree, `<< /Type /Pages /Count 1 /Kids [${page} 0 R] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  return file.finish(root, undefined);
}
