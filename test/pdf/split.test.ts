import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { plan } from '../../server/pdf/plan/plan.ts';
import { makePdf, plainBytes, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { noise } from '../helpers/noise.ts';
import { runSteps } from '../helpers/run-steps.ts';
import type { StepRun } from '../helpers/run-steps.ts';
import { bind } from '../../server/pdf/registry.ts';

const chapters = makePdf({
  pages: 9,
  text: (n) => `word${n}word`,
  links: (n) => [n, 9],
  dests: { middle: 5 },
  outline: [
    { title: 'One', to: 2, children: [{ title: 'One half', to: 3 }] },
    { title: 'Two', to: 'middle' },
    { title: 'Again', to: 5 },
    { title: 'Three', to: 8 },
  ],
});

async function partsOf({ outputs, written }: StepRun): Promise<[name: string, pages: string][]> {
  assert.equal(outputs.length, written.length);
  return Promise.all(
    outputs.map(async (bytes, index): Promise<[string, string]> => {
      await qpdfCheck(bytes);
      const { pages } = await readPdf(bytes);
      return [written[index]!.name, pages.map(({ text }) => text.replaceAll('word', '')).join('')];
    }),
  );
}

for (const [options, parts] of [
  [{ every: 4 }, { ' 1-4': '1234', ' 5-8': '5678', ' 9-9': '9' }],
  [{ every: 100 }, { '': '123456789' }],
  [{ at: '4,r1' }, { ' 1-3': '123', ' 4-8': '45678', ' 9-9': '9' }],
  [{ at: '8,3-4,1' }, { ' 1-2': '12', ' 3-3': '3', ' 4-7': '4567', ' 8-9': '89' }],
  [{ ranges: '7-last, 2,3-1,odd' }, { ' 7-9': '789', ' 2-2': '2', ' 3-1': '321', ' 1-9': '13579' }],
  [{ ranges: 'even' }, { ' 2-8': '2468' }],
  [{ bookmarks: true }, { ' 1-1': '1', ' – One': '234', ' – Two': '567', ' – Three': '89' }],
] as const) {
  test(`split ${JSON.stringify(options)}`, async () => {
    const named = Object.entries(parts).map(([part, pages]) => [`in${part}.pdf`, pages]);
    assert.deepEqual(await partsOf(await runSteps(chapters, ['split', options])), named);
  });
}

test('a part has the links, bookmarks and destinations of its pages, and no byte of the others', async () => {
  const { outputs, written } = await runSteps(chapters, ['split', { at: '5' }]);
  const [first, second] = [await readPdf(outputs[0]!), await readPdf(outputs[1]!)];
  assert.deepEqual(
    first.outline.map(({ title, page, items }) => [title, page, items.length]),
    [['One', 2, 1]],
  );
  assert.deepEqual(
    second.outline.map(({ title, page }) => [title, page]),
    [
      ['Two', 1],
      ['Again', 1],
      ['Three', 4],
    ],
  );
  assert.deepEqual([first.destinations.size, second.destinations.get('middle')], [0, 1]);
  assert.deepEqual(
    second.pages.map(({ links }) => links),
    [1, 2, 3, 4, 5].map((page) => [page, 5]),
  );
  assert.deepEqual(
    written.map(({ kept }) => [kept?.links, kept?.bookmarks, kept?.destinations]),
    [
      [4, 2, 0],
      [10, 3, 1],
    ],
  );
  const plain = await plainBytes(outputs[0]!);
  for (const gone of ['word5word', 'word9word', '(Two)', 'middle']) assert.ok(!plain.includes(gone), gone);
});

test('after a merge with a bookmark for each document the parts are the documents', async () => {
  const inputs = { 'a.pdf': makePdf({ pages: 1, text: () => 'A' }), 'b.pdf': chapters };
  const run = await runSteps(
    inputs,
    ['merge'],
    ['split', { bookmarks: true }],
    ['pageNumbers', { format: '.{n}' }],
  );
  assert.deepEqual(await partsOf(run), [
    ['a.pdf', 'A .1'],
    ['b.pdf', Array.from({ length: 9 }, (_, index) => `${index + 1} .${index + 1}`).join('')],
  ]);
});

test('without knowing the documents a split by what is in them leaves them whole', () => {
  for (const options of [{ bookmarks: true }, { maxBytes: 10_000 }]) {
    const { calls } = parseSteps([{ name: 'split', options }]);
    assert.deepEqual(
      plan(bind(calls), [{ name: 'a.pdf', pages: 7 }]).documents.map(({ pages }) => pages.length),
      [7],
    );
  }
});

for (const [options, code, field] of [
  [{ every: 1 }, 'LIMIT_EXCEEDED', 'every'],
  [{ at: '2,1002' }, 'INVALID_RANGE', 'at'],
  [{ ranges: '1-3,1002' }, 'INVALID_RANGE', 'ranges'],
  [{ ranges: '1-last,'.repeat(400) + '1' }, 'INVALID_RANGE', 'ranges'],
  [{ ranges: '1,'.repeat(1_000) + '1' }, 'LIMIT_EXCEEDED', 'ranges'],
] as const) {
  test(`split ${JSON.stringify(options).slice(0, 40)} of 1,001 pages is refused`, () => {
    const { calls, problems } = parseSteps([{ name: 'split', options }]);
    assert.deepEqual(problems, []);
    assert.throws(() => plan(bind(calls), [{ name: 'a.pdf', pages: 1001 }]), {
      code,
      field: ['0', 'split', field],
    });
  });
}

for (const objectStreams of [false, true]) {
  test(`no part is larger than asked, ${objectStreams ? 'packed' : 'plain'}, and few are much smaller`, async () => {
    const seed = randomInt(2 ** 31);
    console.log(`seed ${seed}`);
    const bytes = makePdf({
      pages: 60,
      objectStreams,
      image: noise(30_000, seed),
      text: (n) => noise(1_000 + ((n * 7_919) % 3_000), seed + n).toString('base64'),
      links: (n) => [1 + (n % 60), 'a', 'b'],
      dests: { a: 1, b: 50 },
      tagged: true,
      outline: Array.from({ length: 60 }, (_, index) => ({ title: `Chapter ${index}`, to: index + 1 })),
      attachments: [{ name: 'x', text: 'y'.repeat(3_000) }],
    });
    const { outputs, written } = await runSteps(bytes, ['split', { maxBytes: 80_000 }], ['pageNumbers']);
    assert.equal(
      written.reduce((sum, { pages }) => sum + (pages ?? 0), 0),
      60,
    );
    for (const [index, output] of outputs.entries()) {
      assert.ok(output.length <= 80_000, `part ${index} has ${output.length} bytes`);
      if (index < outputs.length - 1)
        assert.ok(output.length > 55_000, `part ${index} has ${output.length} bytes`);
      assert.deepEqual(
        written[index]!.warnings.filter((warning) => warning.includes('larger')),
        [],
      );
    }
  });
}

test('a page that alone is too large is a part of its own, and that is said', async () => {
  const bytes = makePdf({
    pages: 4,
    text: (n) => (n === 3 ? noise(30_000, 3).toString('base64') : `small ${n}`),
  });
  const { written } = await runSteps(bytes, ['split', { maxBytes: 20_000 }]);
  assert.deepEqual(
    written.map(({ pages }) => pages),
    [2, 1, 1],
  );
  assert.match(
    written[1]!.warnings.join(),
    /in 3-3\.pdf is larger than 20,000 bytes, because its one page is/,
  );
  assert.deepEqual([written[0]!.warnings, written[2]!.warnings], [[], []]);
});

test('what a split cannot keep is said once for all parts', async () => {
  const links = (page: number): number[] => [page, (page % 10) + 1];
  const { losses } = await runSteps(makePdf({ pages: 10, links }), ['split', { every: 1 }]);
  assert.deepEqual(losses, [
    'Links to pages that are not in the result were left out: 10, in 10 of 10 results.',
  ]);
  const one = await runSteps(makePdf({ pages: 2, links: (page) => (page === 2 ? [1] : []) }), [
    'split',
    { every: 1 },
  ]);
  assert.deepEqual(one.losses, [
    'Links to pages that are not in the result were left out: 1, in in 2-2.pdf.',
  ]);
});
