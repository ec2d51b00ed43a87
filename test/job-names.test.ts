import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorker } from '../server/worker.ts';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { readZip } from './helpers/read-zip.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const slowRange = new URL('fixtures/slow-range.ts', import.meta.url);

let server: TestServer;
let client: Client;
before(async () => {
  server = await startServer();
  client = await server.guest();
});
after(() => server[Symbol.asyncDispose]());

/** When it was created, in UTC. */
async function dayOf(owner: Client, id: string): Promise<string> {
  const { job } = await owner.data<{ job: { createdAt: string } }>(
    'query ($id: ID!) { job(id: $id) { createdAt } }',
    { id },
  );
  return job.createdAt.slice(0, 10);
}

async function namesOf(fileIds: string[], steps: object[], more: object = {}): Promise<string[]> {
  const { state, outputs } = await client.finish(await client.startJob(fileIds, steps, more));
  assert.equal(state, 'COMPLETED');
  return outputs.map(({ name }) => name);
}

test('forty files that are numbered keep their names', async () => {
  const files = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      client.upload(makePdf({ pages: 1 }), `Exhibit ${index + 1}.pdf`),
    ),
  );
  const wanted = files.map((_, index) => `Exhibit ${index + 1}.pdf`);
  assert.deepEqual(await namesOf(files, [{ pageNumbers: { prefix: 'ACME-', width: 6 } }]), wanted);
  const through = [
    { merge: {} },
    { pageNumbers: { prefix: 'ACME-', width: 6 } },
    { split: { bookmarks: true } },
  ];
  assert.deepEqual(await namesOf(files, through), wanted);
});

test('a book of 120 pages that is split at its bookmarks becomes files that are called after its chapters', async () => {
  const outline = Array.from({ length: 12 }, (_, index) => ({
    title: `${index + 1}: Of things/${'x'.repeat(index)}`,
    to: 10 * index + 1,
  }));
  const book = await client.upload(makePdf({ pages: 120, outline }), 'Book.pdf');
  assert.deepEqual(
    await namesOf([book], [{ split: { bookmarks: true } }, { optimize: {} }]),
    outline.map(({ title }) => `Book – ${title.replace(/[:/]/g, '-')}.pdf`),
  );
});

test('the results have the names that are wanted, through all passes and whatever they are', async () => {
  const file = await client.upload(
    makePdf({
      pages: 4,
      outline: [
        { title: 'Start', to: 1 },
        { title: 'End', to: 3 },
      ],
    }),
    'in.pdf',
  );
  const steps = [{ split: { bookmarks: true } }, { optimize: {} }, { pageNumbers: {} }];
  const wish = {
    outputName: '{label} {n} {name} {bookmark} {first}-{last} {date}',
    label: 'case 7',
    name: 'The case.pdf',
  };
  const day = await dayOf(client, await client.startJob([file], steps, wish));
  const wanted = [`case 7 1 in Start 1-2 ${day}`, `case 7 2 in End 3-4 ${day}`];
  assert.deepEqual(
    await namesOf([file], steps, wish),
    wanted.map((name) => `${name}.pdf`),
  );
  assert.deepEqual(
    await namesOf([file], [...steps, { extractText: {} }], wish),
    wanted.map((name) => `${name}.txt`),
  );
  const id = await client.startJob([file], [...steps, { images: { dpi: 18 } }], wish);
  const { outputs } = await client.finish(id);
  assert.deepEqual(
    outputs.map(({ name }) => name),
    wanted.map((name) => `${name}.zip`),
  );
  const pictures = readZip(await client.download(outputs[1]!));
  assert.deepEqual(
    [...pictures.keys()],
    [1, 2].map((n) => `${wanted[1]}-000${n}.png`),
  );
  const { job } = await client.data<{ job: { archive: string; outputName: string } }>(
    'query ($id: ID!) { job(id: $id) { archive outputName } }',
    { id },
  );
  assert.equal(job.outputName, wish.outputName);
  const archive = await fetch(new URL(job.archive, server.url), { method: 'HEAD' });
  assert.match(archive.headers.get('content-disposition') ?? '', /filename="The case\.zip"/);
});

test('files whose names differ in how they are written in Unicode become two files', async () => {
  const files = [];
  for (const name of ['Zoe\u0308.pdf', 'Zo\u00eb.pdf', 'ZOË.pdf'])
    files.push(await client.upload(makePdf({ pages: 1 }), name));
  assert.deepEqual(await namesOf(files, [{ rotate: { degrees: 90 } }]), [
    'Zoë.pdf',
    'Zoë (2).pdf',
    'ZOË (3).pdf',
  ]);
});

for (const [outputName, label, message] of [
  ['{title}', undefined, /no \{title\}.*\{name\}/],
  ['{Name}', undefined, /no \{Name\}/],
  ['report {}', undefined, /no \{\}/],
  ['{label}', undefined, /Nothing/],
  ['{label}', ' \u200b', /Nothing/],
  [' ', undefined, /Nothing/],
  ['...', undefined, /Nothing/],
  ['{label}', '?', /Nothing/],
] as const)
  test(`${JSON.stringify(outputName)} with the label ${JSON.stringify(label)} is refused as a name`, async () => {
    const file = await client.upload(makePdf({ pages: 1 }));
    const more = { outputName, label };
    const { job, userErrors } = await client.createJob([file], [{ rotate: { degrees: 90 } }], more);
    assert.equal(job, null);
    assert.deepEqual(
      userErrors.map(({ code, field }) => [code, field]),
      [['INVALID_INPUT', ['input', 'outputName']]],
    );
    assert.match(userErrors[0]!.message, message);
  });

test('a job that another worker goes on with has the names that it would have had', async () => {
  await using slow = await startServer({ slotEntry: slowRange });
  const owner = await slow.guest();
  const files = [];
  for (const [name, pages] of [
    ['a.pdf', 120],
    ['b.pdf', 80],
  ] as const)
    files.push(await owner.upload(makePdf({ pages, text: (n) => `${name} ${n}` }), name));
  const steps = [{ merge: {} }, { optimize: {} }, { split: { bookmarks: true } }, { optimize: {} }];
  const id = await owner.startJob(files, steps, { outputName: '{date} {name}' });
  await until('the last pass but one is at work', async () => {
    const { job } = await owner.data<{ job: { events: { edges: { node: { message: string } }[] } } }>(
      'query ($id: ID!) { job(id: $id) { events(first: 100) { edges { node { message } } } } }',
      { id },
    );
    return job.events.edges.filter(({ node }) => node.message.startsWith('Reading what came')).length >= 2;
  });
  await slow.worker!.close();
  assert.equal((await owner.job(id))!.state, 'QUEUED');
  const successor = await startWorker(slow.services);
  try {
    const { state, attempt, outputs } = await owner.finish(id);
    assert.deepEqual([state, attempt], ['COMPLETED', 2]);
    const day = await dayOf(owner, id);
    assert.deepEqual(
      outputs.map(({ name }) => name),
      [`${day} a.pdf`, `${day} b.pdf`],
    );
  } finally {
    await successor.close();
  }
});
