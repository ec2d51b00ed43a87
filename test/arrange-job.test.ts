import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leanPdf } from './helpers/lean-pdf.ts';
import { makePdf, qpdfCheck, readPdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

interface OptionView {
  name: string;
  type: string;
  list: boolean;
  fields: OptionView[] | null;
}

test('leaves come as text and as a list, and both are told of by themselves', async (t) => {
  await using server = await startServer();
  const client = await server.guest();
  const files = [
    await client.upload(makePdf({ pages: 9, text: (n) => `a${n}` }), 'a.pdf'),
    await client.upload(makePdf({ pages: 5, text: (n) => `b${n}` }), 'b.pdf'),
  ];

  await t.test('both have the same result', async () => {
    const leaves = [
      { cut: { name: 'One' } },
      { file: 1, pages: '1-2' },
      { file: 2, pages: '5', turn: 90, times: 2 },
      { cut: {} },
      { blank: { size: 'A4' } },
      { file: 1, pages: '8-last' },
    ];
    const given = { pages: '|"One" 1:1-2 2:5>90*2 | blank(A4) 1:8-last' };
    const jobs = [];
    for (const arrange of [given, { leaves }])
      jobs.push(await client.finish(await client.startJob(files, [{ arrange }])));
    assert.deepEqual(
      jobs.map(({ error }) => error),
      [null, null],
    );
    const [asText, asList] = await Promise.all(
      jobs.map(({ outputs }) => Promise.all(outputs.map((file) => client.download(file)))),
    );
    const texts = [];
    for (const [index, bytes] of asText!.entries()) {
      await qpdfCheck(bytes);
      const { pages } = await readPdf(bytes);
      texts.push(pages.map(({ text, rotate }) => `${text} ${rotate}`));
      assert.deepEqual((await readPdf(asList![index]!)).pages, pages);
    }
    assert.deepEqual(texts, [
      ['a1 0', 'a2 0', 'b5 90', 'b5 90'],
      [' 0', 'a8 0', 'a9 0'],
    ]);
  });

  await t.test('what is wrong has its place in the text, or its path in the list', async () => {
    for (const [arrange, path, message] of [
      [{ pages: '1:1 2:6' }, ['pages'], /^At character 5, “2:6”: b\.pdf: There is no page 6: .* has 5 pages/],
      [{ leaves: [{ file: 1 }, { file: 1, turn: 45 }] }, ['leaves', '1', 'turn'], /“Turn”/],
      [
        { leaves: [{ file: 1 }, { file: 2, pages: '6' }] },
        ['leaves', '1', 'pages'],
        /b\.pdf: There is no page 6/,
      ],
      [{ leaves: Array(20_001).fill({ file: 1 }) }, ['leaves'], /at most 20000 entries/],
      [{ pages: '1 '.repeat(150_001) }, ['pages'], /at most 300,000 characters/],
    ] as const) {
      const { job, userErrors } = await client.createJob(files, [{ arrange }]);
      assert.equal(job, null);
      assert.deepEqual(
        userErrors.map(({ field }) => field),
        [['input', 'steps', '0', 'arrange', ...path]],
      );
      assert.match(userErrors[0]!.message, message);
    }
  });

  await t.test('of thousands of faults a few are told', async () => {
    const leaves = Array(20_000).fill({ cut: { name: '\0' } });
    const { userErrors } = await client.createJob(files, [{ arrange: { leaves } }]);
    assert.equal(userErrors.length, 100);
    assert.equal(userErrors[99]?.field?.join('.'), 'input.steps.0.arrange.leaves.99.cut.name');
  });

  await t.test('exactly one of both', async () => {
    const query = `mutation ($input: CreateJobInput!) { createJob(input: $input) { job { id } } }`;
    const both = { pages: '1', leaves: [{ file: 1 }] };
    const { errors } = await client.ask(query, { input: { fileIds: files, steps: [{ arrange: both }] } });
    assert.match(JSON.stringify(errors), /OneOf Input Object type \\"ArrangeInput\\", exactly one field/);
  });

  await t.test('a program can read from the API what a leaf is', async () => {
    const option = 'name type list fields { name type list fields { name type list } }';
    const { steps } = await client.data<{ steps: { name: string; options: OptionView[] }[] }>(
      `{ steps { name options { ${option} } } }`,
    );
    const leaves = steps
      .find(({ name }) => name === 'arrange')
      ?.options.find(({ name }) => name === 'leaves');
    assert.deepEqual([leaves?.type, leaves?.list], ['OBJECT', true]);
    assert.deepEqual(
      leaves?.fields?.map(({ name, type, fields }) => [name, type, fields?.map(({ name }) => name)]),
      [
        ['file', 'INT', undefined],
        ['pages', 'PAGES', undefined],
        ['blank', 'OBJECT', ['size']],
        ['cut', 'OBJECT', ['name']],
        ['turn', 'INT', undefined],
        ['times', 'INT', undefined],
      ],
    );
  });

  await t.test('twenty thousand leaves are a job like any other', async () => {
    const count = 20_000;
    const large = await client.upload(leanPdf(count), 'large.pdf');
    const leaves = Array.from({ length: count }, (_, index) => ({ file: 1, pages: `${count - index}` }));
    const pages = leaves.map((leaf) => `1:${leaf.pages}`).join(' ');
    for (const arrange of [{ pages }, { leaves }]) {
      const start = performance.now();
      const id = await client.startJob([large], [{ arrange }]);
      const created = Math.round(performance.now() - start);
      const { state, outputs } = await client.finish(id);
      assert.deepEqual([state, outputs.map((file) => file.pages)], ['COMPLETED', [count]]);
      t.diagnostic(`created in ${created} ms, done in ${Math.round(performance.now() - start)} ms`);
    }
  });
});
