import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from './helpers/client.ts';
import { makePdf, qpdfCheck, readPdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

let server: TestServer;
let client: Client;

before(async () => {
  server = await startServer();
  client = await server.guest();
});
after(() => server[Symbol.asyncDispose]());

test('40 files are numbered across, each under its own name, and the timeline tells the numbers', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `exhibit ${index + 1}.pdf`);
  const files: string[] = [];
  for (const [index, name] of names.entries())
    files.push(await client.upload(makePdf({ pages: 1 + (index % 3), text: () => '' }), name));
  const id = await client.startJob(files, [{ pageNumbers: { across: true, prefix: 'ACME-', width: 6 } }]);
  const { outputs, state } = await client.finish(id);
  assert.equal(state, 'COMPLETED');
  assert.deepEqual(
    outputs.map(({ name }) => name),
    names,
  );
  const first = await readPdf(await client.download(outputs[0]!));
  assert.deepEqual(
    first.pages.map(({ text }) => text),
    ['ACME-000001'],
  );
  const last = await readPdf(await client.download(outputs[39]!));
  assert.deepEqual(
    last.pages.map(({ text }) => text),
    ['ACME-000079'],
  );
  const { job } = await client.data<{ job: { events: { edges: { node: { message: string } }[] } } }>(
    'query ($id: ID!) { job(id: $id) { events(first: 100) { edges { node { message } } } } }',
    { id },
  );
  const told = job.events.edges.map(({ node }) => node.message);
  assert.ok(told.includes('exhibit 1.pdf: ACME-000001'), told.join('\n'));
  assert.ok(told.includes('exhibit 2.pdf: ACME-000002 to ACME-000003'), told.join('\n'));
});

test('lines in several scripts are stamped within the sandbox', async () => {
  const file = await client.upload(makePdf({ pages: 2, text: () => '' }), '契約.pdf');
  const text = 'سري للغاية\nगोपनीय {n}\nเอกสารลับ\n{file} 社外秘\n비밀';
  const { outputs, state, error } = await client.finish(
    await client.startJob([file], [{ stamp: { text, align: 'RIGHT', size: 30 } }]),
  );
  assert.equal(state, 'COMPLETED', JSON.stringify(error));
  const output = await client.download(outputs[0]!);
  await qpdfCheck(output);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ items }) => items.map((item) => item.text)),
    [1, 2].map((n) => ['سري للغاية', `गोपनीय ${n}`, 'เอกสารลับ', '契約 社外秘', '비밀']),
  );
});

test('a script that cannot be written is refused by name when the job is made', async () => {
  const file = await client.upload(makePdf({ pages: 1 }), 'གསང་བ.pdf');
  const refused = async (step: object): Promise<unknown> =>
    (await client.createJob([file], [step])).userErrors.map(({ code, message, field }) => ({
      code,
      field,
      says: /^(?:གསང་བ\.pdf: )?Tibetan cannot be written yet/.test(message),
    }));
  for (const [step, option, value] of [
    ['stamp', 'text', 'གསང་བ'],
    ['stamp', 'text', '{file}'],
    ['pageNumbers', 'format', '{file} {n}'],
  ] as const)
    assert.deepEqual(await refused({ [step]: { [option]: value } }), [
      { code: 'INVALID_INPUT', field: ['input', 'steps', '0', step, option], says: true },
    ]);
});
