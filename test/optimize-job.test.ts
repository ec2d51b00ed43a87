import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePages } from './helpers/pages-pdf.ts';
import { qpdfCheck } from './helpers/pdf.ts';
import { photo } from './helpers/pictures.ts';
import { startServer } from './helpers/server.ts';

test('a job makes a file smaller between two other steps, and its timeline says by how much', async () => {
  const bytes = makePages((file) =>
    Array.from({ length: 4 }, (_, page) => {
      const data = photo(300 + page, 200, 3);
      const dict = `/Subtype /Image /Width ${300 + page} /Height 200 /BitsPerComponent 8 /ColorSpace /DeviceRGB`;
      const image = file.addStream(dict, data);
      return { content: 'q 300 0 0 200 9 9 cm /Im Do Q', resources: `/XObject << /Im ${image} 0 R >>` };
    }),
  );
  await using server = await startServer();
  const client = await server.guest();
  const steps = [
    { pageNumbers: {} },
    { optimize: { imageQuality: 60, maxDpi: 72 } },
    { rotate: { degrees: 90 } },
  ];
  const id = await client.startJob([await client.upload(bytes, 'Zoë.pdf')], steps);
  const { outputs, state, error } = await client.finish(id);
  assert.equal(state, 'COMPLETED', JSON.stringify(error));
  const output = await client.download(outputs[0]!);
  await qpdfCheck(output);
  assert.ok(output.length < bytes.length / 10);
  assert.deepEqual([outputs[0]?.name, outputs[0]?.pages], ['Zoë.pdf', 4]);
  const { job } = await client.data<{ job: { events: { edges: { node: { message: string } }[] } } }>(
    'query ($id: ID!) { job(id: $id) { events(first: 50) { edges { node { message } } } } }',
    { id },
  );
  const note = job.events.edges.map(({ node }) => node.message).filter((said) => /→/.test(said));
  assert.equal(note.length, 1);
  assert.match(note[0]!, /^Zoë\.pdf: \d+ kB → \d+(\.\d)? kB; 4 of 4 images re-encoded$/);
});
