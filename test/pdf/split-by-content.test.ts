import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { survey } from '../../server/pdf/edit/assemble/survey.ts';
import { plan } from '../../server/pdf/plan/plan.ts';
import { bind } from '../../server/pdf/registry.ts';
import { loadSource } from '../../server/pdf/source/load.ts';
import type { Survey } from '../../server/pdf/model/document.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { makePdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { Sheet } from '../helpers/scan-pdf.ts';
import { lines, makeTextPdf, type PlacedText } from '../helpers/text-pdf.ts';

const nested = makePdf({
  pages: 12,
  outline: [
    // Out of order, to one page twice, by name, and to nowhere.
    {
      title: 'Two',
      to: 7,
      children: [
        { title: 'Two, first', to: 7 },
        { title: 'Two, second', to: 'there', children: [{ title: 'deep', to: 11 }] },
      ],
    },
    {
      title: '  One\nand all  ',
      to: 2,
      children: [
        { title: 'One, first', to: 4 },
        { title: 'One, nowhere', to: 'gone' },
      ],
    },
    { title: 'Two again', to: 7 },
    { title: 'Nowhere', to: 'gone', children: [{ title: 'Below nowhere', to: 12 }] },
  ],
  dests: { there: 9 },
});

type PartTold = [pages: string, title?: string];

/** The parts of one document as they are planned: what pages, and what they are called. */
async function parts(
  bytes: Buffer,
  options: Record<string, unknown>,
  found?: Survey['found'],
): Promise<PartTold[]> {
  const { calls, problems } = parseSteps([{ name: 'split', options }]);
  assert.deepEqual(problems, []);
  const source = await loadSource(bytes, () => {});
  const counted = [{ name: 'in.pdf', pages: source.pages.length }];
  const { documents } = plan(bind(calls), counted, 100, survey([source], ['in.pdf'], found));
  return documents.map(({ part, pages }): PartTold => {
    assert.equal(pages.length, part ? part.last - part.first + 1 : pages.length);
    const where = part ? `${part.first}-${part.last}` : 'all';
    return part?.title === undefined ? [where] : [where, part.title];
  });
}

for (const [options, expected] of [
  [{ bookmarks: true }, [['1-1'], ['2-6', 'One and all'], ['7-12', 'Two']]],
  [{ bookmarkLevel: 1 }, [['1-1'], ['2-6', 'One and all'], ['7-12', 'Two']]],
  [
    { bookmarkLevel: 2 },
    [
      ['1-1'],
      ['2-3', 'One and all'],
      ['4-6', 'One, first'],
      ['7-8', 'Two'],
      ['9-11', 'Two, second'],
      ['12-12', 'Below nowhere'],
    ],
  ],
  [
    { bookmarkLevel: 64 },
    [
      ['1-1'],
      ['2-3', 'One and all'],
      ['4-6', 'One, first'],
      ['7-8', 'Two'],
      ['9-10', 'Two, second'],
      ['11-11', 'deep'],
      ['12-12', 'Below nowhere'],
    ],
  ],
  [{ ranges: '2-4,7-last,3' }, [['2-4'], ['7-12'], ['3-3']]],
] as const)
  test(`parts know what they are: split ${JSON.stringify(options)}`, async () => {
    assert.deepEqual(await parts(nested, options), expected);
  });

test('after a merge the files are the highest level, and their own bookmarks come below it', async () => {
  const inputs = {
    'a.pdf': makePdf({ pages: 3, outline: [{ title: 'A2', to: 2, children: [{ title: 'A3', to: 3 }] }] }),
    'b.pdf': makePdf({ pages: 2, outline: [{ title: 'B1', to: 1 }] }),
  };
  for (const [bookmarkLevel, pages] of [
    [1, [3, 2]],
    [2, [1, 2, 2]],
    [3, [1, 1, 1, 2]],
  ] as const) {
    const { written } = await runSteps(inputs, ['merge'], ['split', { bookmarkLevel }]);
    assert.deepEqual(
      written.map((document) => document.pages),
      pages,
    );
  }
});

const chance = random(20_261_128);

test('sheets that are blank divide a scan into documents and are left out, wherever and how many they are', async () => {
  const page = (n: number) => new Sheet(chance).words(20, 30, 20 + 2 * n, 4, 40);
  const separator = () => new Sheet(chance).disc(12, 108, 3, 8).disc(12, 188, 3, 8).disc(90, 90, 0.4, 30);
  const sheets = [separator(), page(1), page(2), separator(), separator(), page(3), separator()];
  const source = makePages((file) => sheets.map((sheet) => sheet.page(file)));
  const { outputs, written, done } = await runSteps(source, ['split', { atBlank: true }]);
  for (const output of outputs) await qpdfCheck(output);
  assert.deepEqual(
    written.map(({ pages }) => pages),
    [2, 1],
  );
  assert.deepEqual(done, ['1 document split into 2, with 3 pages in all, and 4 blank pages left out']);
});

test('a part between blank pages knows where it was', async () => {
  const found: Survey['found'] = ({ page }) => [0, 3, 4, 11].includes(page);
  assert.deepEqual(await parts(nested, { atBlank: true }, found), [['2-3'], ['6-11']]);
});

/** Text as pages begin, at a place where nothing else is. */
const opening: Record<string, { texts: PlacedText[]; rotate?: number }> = {
  alone: { texts: [{ text: 'Final Report 1', x: 72, y: 700 }] },
  'in another case, with other spaces': { texts: [{ text: 'FINAL   rePORT', x: 72, y: 700 }] },
  'with letters set apart': {
    texts: ['F', 'I', 'N', 'A', 'L', 'REPORT'].map((text, n) => ({ text, x: 72 + 14 * n, y: 700 })),
  },
  'with a ligature': { texts: [{ text: 'ﬁnal report', x: 72, y: 700 }] },
  'over two lines': { texts: lines(72, 700, ['Final', 'Report of the year']) },
  'below a letterhead': { texts: lines(72, 780, ['ACME Ltd.', 'Final report']) },
  'at the head of the second column': {
    texts: [
      ...lines(
        40,
        700,
        Array.from({ length: 8 }, () => 'words of the column on the left'),
      ),
      ...lines(330, 700, ['Final report', ...Array.from({ length: 7 }, () => 'and words of the other one')]),
    ],
  },
  'on a page that lies on its side': {
    texts: [{ text: 'Final report', x: 100, y: 100, angle: 90 }],
    rotate: 90,
  },
  'up the margin': { texts: [{ text: 'Final report', x: 30, y: 300, angle: 90 }] },
};

const notOpening: Record<string, PlacedText[]> = {
  'within a line': [{ text: 'See the final report', x: 72, y: 700 }],
  'in part': [{ text: 'Final', x: 72, y: 700 }],
  'not at all': [{ text: 'More', x: 72, y: 700 }],
};

test('a page with a line that begins with the text begins a part, however it is set', async () => {
  const more = { texts: [{ text: 'More', x: 72, y: 700 }] };
  const pages = Object.values(opening).flatMap((page) => [page, more]);
  const others = Object.values(notOpening).map((texts) => ({ texts }));
  const source = makeTextPdf([...others, ...pages]);
  const { written, outputs, done } = await runSteps(source, ['split', { atText: ' final  REPORT' }]);
  const cases = Object.keys(opening);
  assert.deepEqual(
    written.map((document) => document.pages),
    [others.length, ...cases.map(() => 2)],
  );
  assert.deepEqual(done, [
    `1 document split into ${cases.length + 1}, with ${others.length + pages.length} pages in all`,
  ]);
  for (const output of outputs) await qpdfCheck(output);
});

test('a number in the text is all of a number on the page, and the line is the title of the part', async () => {
  const source = makePdf({ pages: 12, text: (n) => `Chapter ${n} of twelve` });
  const { written } = await runSteps(source, ['split', { atText: 'chapter 1' }]);
  assert.deepEqual(
    written.map(({ pages }) => pages),
    [12],
  );
  const each = await runSteps(source, ['split', { atText: 'chapter' }]);
  assert.equal(each.written.length, 12);
  const found: Survey['found'] = ({ page }) => page % 5 === 0 && `Invoice ${page}`;
  assert.deepEqual(await parts(nested, { atText: 'Invoice' }, found), [
    ['1-5', 'Invoice 0'],
    ['6-10', 'Invoice 5'],
    ['11-12', 'Invoice 10'],
  ]);
});

test('the words of a comment or a stamp that is shown divide as those of the page', async () => {
  const source = makePages(() => [
    { content: '' },
    {
      content: '',
      more: '/Annots [<< /Type /Annot /Subtype /FreeText /Rect [50 700 300 740] /Contents (SEPARATOR) /DA (/Helv 12 Tf) >>]',
    },
    { content: '' },
  ]);
  const { written } = await runSteps(source, ['split', { atText: 'Separator' }]);
  assert.deepEqual(
    written.map(({ pages }) => pages),
    [1, 2],
  );
});

const plain = makePdf({ pages: 3 });

for (const [options, why] of [
  [{ every: 3 }, 'it has no more pages than a part'],
  [{ at: '1' }, 'no further part begins there'],
  [{ ranges: '1-last' }, 'no further part begins there'],
  [{ bookmarks: true }, 'no bookmark of the highest level begins a further part'],
  [{ bookmarkLevel: 2 }, 'no bookmark of level 2 or a higher one begins a further part'],
  [{ atBlank: true }, 'no page is blank, or all are'],
  [{ atText: 'Chapter' }, 'no further page has a line that begins with “Chapter”'],
  [{ atText: 'Page 1' }, 'no further page has a line that begins with “Page 1”'],
  [{ maxBytes: 1e6 }, 'it is no larger than a part may be'],
] as const)
  test(`a document with nothing to split at stays as it is, and that is a warning: ${JSON.stringify(options)}`, async () => {
    const { idle, done, output, written } = await runSteps(plain, ['split', options]);
    assert.deepEqual(idle, [`“Split documents” found nothing to do: ${why}.`]);
    assert.deepEqual([done, written.length], [[], 1]);
    assert.ok(output.equals(plain));
  });

test('what cannot be looked for is refused at once', () => {
  for (const [options, field] of [
    [{ atBlank: false }, ['0', 'split', 'atBlank']],
    [{ bookmarks: false }, ['0', 'split', 'bookmarks']],
    [{ bookmarkLevel: 0 }, ['0', 'split', 'bookmarkLevel']],
    [{ atText: 'x'.repeat(201) }, ['0', 'split', 'atText']],
    [{ atBlank: true, atText: 'x' }, ['0', 'split']],
  ] as const) {
    const { problems } = parseSteps([{ name: 'split', options }]);
    assert.deepEqual(
      problems.map((problem) => problem.field),
      [field],
    );
  }
  const { calls } = parseSteps([{ name: 'split', options: { atText: ' \u00ad ' } }]);
  assert.throws(() => plan(bind(calls), [{ name: 'a.pdf', pages: 2 }]), {
    code: 'INVALID_INPUT',
    field: ['0', 'split', 'atText'],
  });
});

test('fronts and backs that a blank sheet parts are interleaved', async () => {
  const texts = ['1', '3', '', '4', '2'];
  const source = makePdf({ pages: 5, text: (n) => texts[n - 1]! });
  const { output } = await runSteps(source, ['split', { atBlank: true }], ['interleave', { reverse: true }]);
  const { pages } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ text }) => text),
    ['1', '2', '3', '4'],
  );
});

test('stamped, blank pages out, split at a heading, numbered: each step sees what the one before has left', async () => {
  const source = makePdf({
    pages: 9,
    text: (n) => (n % 3 === 0 ? '' : n % 3 === 1 ? `Invoice ${n}` : 'items'),
    outline: [{ title: 'Last', to: 8 }],
  });
  const { outputs, done } = await runSteps(
    source,
    ['stamp', { text: 'PAID', pages: '6' }],
    ['removeBlank'],
    ['split', { atText: 'invoice' }],
    ['pageNumbers', { format: '{n} of {total}' }],
  );
  assert.deepEqual(done, [
    '1 page stamped “PAID”',
    '2 blank pages removed',
    '1 document split into 3, with 7 pages in all',
    '7 pages numbered',
  ]);
  const read = await Promise.all(outputs.map(readPdf));
  assert.deepEqual(
    read.map(({ pages }) => pages.map(({ text }) => text)),
    [
      ['Invoice 1 1 of 2', 'items 2 of 2'],
      ['Invoice 4 1 of 3', 'items 2 of 3', 'PAID 3 of 3'],
      ['Invoice 7 1 of 2', 'items 2 of 2'],
    ],
  );
  assert.deepEqual(
    read[2]!.outline.map(({ title, page }) => [title, page]),
    [['Last', 2]],
  );
  for (const output of outputs) await qpdfCheck(output);
});
