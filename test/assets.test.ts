import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { parseId } from '../server/id.ts';
import { makePdf, qpdfCheck } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

const logo = () =>
  sharp({ create: { width: 40, height: 20, channels: 4, background: { r: 9, g: 90, b: 9, alpha: 0.5 } } })
    .png()
    .toBuffer();

test('an uploaded image is stamped, and kept while the job needs it', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const document = await client.upload(makePdf({ pages: 3 }));
  const response = await client.post(await logo(), 'logo.png');
  assert.equal(response.status, 201);
  const image = (await response.json()) as { id: string; mediaType: string; pages: number | null };
  assert.deepEqual([image.mediaType, image.pages], ['image/png', null]);
  const id = await client.startJob(
    [document],
    [{ imageStamp: { image: image.id } }, { rotate: { degrees: 90 } }],
  );
  const job = await client.finish(id);
  assert.equal(job.state, 'COMPLETED', JSON.stringify(job.error));
  const bytes = await client.download(job.outputs[0]!);
  await qpdfCheck(bytes);
  assert.match(bytes.toString('latin1'), /I0 Do/);
  const [row] = await server.services.database.db.execute<{ kept: boolean }>(
    sql`select expires_at > now() as kept from files where id = ${parseId('file', image.id)}`,
  );
  assert.equal(row?.kept, true);
});

test('an image of another owner, none at all and a document are refused where they are named', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const stranger = await server.guest();
  const document = await client.upload(makePdf({ pages: 1 }));
  const theirs = ((await (await stranger.post(await logo(), 'logo.png')).json()) as { id: string }).id;
  for (const [image, code] of [
    [theirs, 'NOT_FOUND'],
    ['file_nonsense', 'NOT_FOUND'],
    [document, 'UNSUPPORTED'],
  ] as const) {
    const { job, userErrors } = await client.createJob([document], [{ imageStamp: { image } }]);
    assert.equal(job, null);
    assert.deepEqual(
      userErrors.map((error) => [error.code, error.field]),
      [[code, ['input', 'steps', '0', 'imageStamp', 'image']]],
    );
  }
});

test('an image is no document, and a broken one is refused at once', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const { id } = (await (await client.post(await logo(), 'logo.png')).json()) as { id: string };
  const { userErrors } = await client.createJob([id], [{ rotate: { degrees: 90 } }]);
  assert.deepEqual(
    userErrors.map(({ code }) => code),
    ['UNSUPPORTED'],
  );
  const broken = await client.post((await logo()).subarray(0, 50), 'broken.png');
  assert.equal(broken.status, 422);
  assert.equal(((await broken.json()) as { error: { code: string } }).error.code, 'UNSUPPORTED');
});
