import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf, readPdf } from './helpers/pdf.ts';
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
  assert.deepEqual([...files.keys()], ['Zoë.pdf', 'Zoë-2.pdf', 'Zoë-3.pdf']);
  assert.equal((await readPdf(files.get('Zoë-2.pdf')!.data)).pages.length, 2);

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
