import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { makePdf } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runPass, runSteps } from '../helpers/run-steps.ts';
import { bench, fixed, keepRange, patient } from '../helpers/slots.ts';
import { advance, lines, makeJapanesePdf, makeTextPdf } from '../helpers/text-pdf.ts';
import { bind } from '../../server/pdf/registry.ts';

interface JsonText {
  pages: {
    page: number;
    width: number;
    height: number;
    rotation: number;
    text: string;
    words: { text: string; box: [number, number, number, number] }[];
  }[];
}

const textOf = async (bytes: Buffer, format = 'TXT'): Promise<string> =>
  (await runSteps(bytes, ['extractText', { format }])).output.toString();
const jsonOf = async (bytes: Buffer): Promise<JsonText> =>
  JSON.parse(await textOf(bytes, 'JSON')) as JsonText;

const left = ['The left column is read', 'from its top to its end', 'before anything else is.'];
const right = ['Only then comes the right', 'column with all its lines,', 'down to the very last one.'];

test('columns are read one after the other, between what goes over both', async () => {
  const heading = { text: 'A heading that goes over both of the columns of this page', x: 60, y: 780 };
  const footer = { text: 'And a foot that does so too, all over the width of the page', x: 60, y: 100 };
  const bytes = makeTextPdf([
    {
      // As some programs write them: line by line across the page, the footer first.
      texts: [
        footer,
        ...[0, 1, 2].flatMap((n) => [
          ...lines(60, 750 - 12 * n, [left[n]!]),
          ...lines(320, 747 - 12 * n, [right[n]!]),
        ]),
        heading,
      ],
    },
  ]);
  const read = (await textOf(bytes)).split('\n').filter((line) => line !== '');
  assert.deepEqual(read, [heading.text, ...left, ...right, footer.text]);
});

test('the cells of a table stay in their rows', async () => {
  const rows = [
    ['Apples', '12', '3.50'],
    ['Pears', '7', '2.25'],
    ['Plums', '144', '18.00'],
  ];
  const bytes = makeTextPdf([
    {
      texts: rows.flatMap((row, n) =>
        row.map((text, column) => ({ text, x: 72 + 120 * column, y: 700 - 14 * n })),
      ),
    },
  ]);
  assert.equal(await textOf(bytes), `${rows.map((row) => row.join(' ')).join('\n')}\n`);
});

test('pages are parted by form feeds, and only those chosen are read', async () => {
  const bytes = makePdf({ pages: 4 });
  assert.equal(await textOf(bytes), 'Page 1\n\fPage 2\n\fPage 3\n\fPage 4\n');
  const { output, written } = await runSteps({ 'Some report.PDF': bytes }, ['extractText', { pages: '4,2' }]);
  assert.equal(output.toString(), 'Page 2\n\fPage 4\n');
  assert.deepEqual(
    written.map(({ name, mediaType, pages }) => [name, mediaType, pages]),
    [['Some report.txt', 'text/plain; charset=utf-8', null]],
  );
});

test('Greek, Cyrillic, accents and ligatures come out as characters', async () => {
  const texts = [
    'Ξεσκεπάζω την ψυχοφθόρα βδελυγμία',
    'Съешь ещё этих мягких французских булок',
    'Zoë naïvely paid 5 € — “déjà vu”',
  ];
  const read = await textOf(makeTextPdf([{ texts: lines(72, 700, [...texts, 'ﬁnd the diﬀerent ﬂower']) }]));
  assert.equal(read, `${[...texts, 'find the different flower'].join('\n')}\n`);
});

test('words have boxes on the page as it is shown, however it is turned', async () => {
  const word = { text: 'upright', x: 100, y: 700, size: 20 };
  const width = word.text.length * advance * word.size;
  for (const [rotate, angle, box] of [
    [0, 0, [100, 142 - 20, 100 + width, 142]],
    [90, 0, [700, 100, 720, 100 + width]],
    [180, 0, [595 - 100 - width, 700, 595 - 100, 720]],
    [270, 0, [842 - 720, 595 - 100 - width, 842 - 700, 595 - 100]],
    [0, 90, [100 - 20, 142 - width, 100, 142]],
    [90, 90, [700, 80, 700 + width, 100]],
  ] as const) {
    const { pages } = await jsonOf(makeTextPdf([{ texts: [{ ...word, angle }], rotate }]));
    const [page] = pages;
    assert.ok(page);
    const turned = rotate % 180 === 90;
    assert.deepEqual(
      [page.width, page.height, page.rotation],
      turned ? [842, 595, rotate] : [595, 842, rotate],
    );
    assert.equal(page.words.length, 1);
    const [found] = page.words;
    assert.equal(found?.text, 'upright');
    // Along the line to a tenth of a point; across it, letters reach up and down by what the font says.
    for (const [index, edge] of found.box.entries())
      assert.ok(Math.abs(edge - box[index]!) < 6, `${rotate}°, ${angle}°: ${found.box.join(' ')}`);
    const along = (turned ? 1 : 0) ^ (angle === 90 ? 1 : 0);
    for (const index of [along, along + 2]) assert.ok(Math.abs(found.box[index]! - box[index]!) < 0.1);
  }
});

test('the boxes of a line follow each other without an overlap', async () => {
  const text = 'Will minimum mammals fit in little jars?';
  const { pages } = await jsonOf(makeTextPdf([{ texts: [{ text, x: 72, y: 700 }] }]));
  const words = pages[0]?.words ?? [];
  assert.equal(words.map((word) => word.text).join(' '), text);
  assert.ok(Math.abs(words[0]!.box[0] - 72) < 0.1);
  assert.ok(Math.abs(words.at(-1)!.box[2] - (72 + 10 * advance * text.length)) < 0.1);
  for (const [index, { box }] of words.slice(1).entries()) assert.ok(box[0] > words[index]!.box[2]);
});

test('text that runs up the margin is read after the page, not in it', async () => {
  const margin = { text: 'Draft of May', x: 40, y: 300, angle: 90 };
  const read = await textOf(makeTextPdf([{ texts: [margin, ...lines(72, 700, left)] }]));
  assert.deepEqual(read.split('\n').filter(Boolean), [...left, margin.text]);
});

test('Markdown has headings, lists and whole paragraphs, and words that were broken are made whole', async () => {
  const bytes = makeTextPdf([
    {
      texts: [
        { text: 'The title', x: 72, y: 780, size: 24 },
        { text: 'A section', x: 72, y: 740, size: 14 },
        ...lines(72, 710, [
          'This paragraph is broken over three lines, and one of its wonder-',
          'ful words is broken too, as well-',
          'known words with a hyphen are.',
        ]),
        ...lines(72, 650, ['• The first item goes on', '  in a second line']),
        ...lines(72, 626, ['• The second', '1. is a numbered * one']),
        { text: 'Another section', x: 72, y: 560, size: 14 },
        ...lines(72, 530, ['# 5 is no heading, and 2 < 3.']),
      ],
    },
    { texts: lines(72, 700, ['The next page begins with a new paragraph.']) },
  ]);
  assert.equal(
    await textOf(bytes, 'MARKDOWN'),
    [
      '# The title',
      '## A section',
      'This paragraph is broken over three lines, and one of its wonderful words is broken too, as wellknown words with a hyphen are.',
      '- The first item goes on in a second line',
      '- The second',
      '1. is a numbered \\* one',
      '## Another section',
      '\\# 5 is no heading, and 2 \\< 3.',
      'The next page begins with a new paragraph.\n',
    ].join('\n\n'),
  );
});

test('pages without text are named in a warning', async () => {
  const scan = (n: number): string => ([3, 7, 8, 9].includes(n) ? '' : 'Text');
  const { written } = await runSteps(
    {
      'a.pdf': makePdf({ pages: 10, text: scan }),
      'b.pdf': makePdf({ pages: 2, text: (n) => (n === 2 ? ' ' : 'Text') }),
    },
    ['extractText'],
  );
  assert.deepEqual(
    written.map(({ warnings }) => warnings),
    [
      ['a.pdf: Pages 3, 7-9 have no text: they are empty, or scanned.'],
      ['b.pdf: Page 2 has no text: it is empty, or scanned.'],
    ],
  );
});

test('the result is the same however the pages are cut into ranges, over several documents too', async () => {
  const sources = [
    { name: 'a.pdf', bytes: makePdf({ pages: 7 }) },
    {
      name: 'b.pdf',
      bytes: makeTextPdf([{ texts: lines(72, 700, left) }, { texts: lines(72, 700, right) }]),
    },
    { name: 'A.pdf', bytes: makePdf({ pages: 3 }) },
  ];
  for (const format of ['TXT', 'MARKDOWN', 'JSON']) {
    const calls = bind([{ name: 'extractText', options: { format } }]);
    const open = await passFor(calls);
    const cuts = [
      [[0, 12]],
      [
        [0, 3],
        [3, 8],
        [8, 12],
      ],
      Array.from({ length: 12 }, (_, n) => [n, n + 1]),
    ] as [number, number][][];
    const results = await Promise.all(
      cuts.map(async (ranges) => {
        const pass = await open({ sources, assets: new Map(), calls, fixed, maxPages: 100 }, () => {});
        return runPass(pass, sources, ranges);
      }),
    );
    assert.deepEqual(
      results[0]?.written.map(({ name }) => name.split('.')[0]),
      ['a', 'b', 'A (2)'],
    );
    for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
  }
});

test('writing tells of each page, so that nobody takes it for stuck', async () => {
  const sources = [{ name: 'a.pdf', bytes: makePdf({ pages: 30 }) }];
  for (const format of ['TXT', 'MARKDOWN', 'JSON']) {
    const calls = bind([{ name: 'extractText', options: { format } }]);
    const told: number[] = [];
    const open = await passFor(calls);
    const pass = await open(
      { sources, assets: new Map(), calls, fixed, maxPages: 100 },
      ({ phase, done }) => {
        if (phase === 'write') told.push(done);
      },
    );
    await runPass(pass, sources);
    assert.ok(told.length >= 30);
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    );
    assert.equal(told.at(-1), 30);
  }
});

test('pages that are damaged do not end the slot', async (t) => {
  const { slots, file } = await bench(t);
  const path = await file('torn.pdf', tornPdf());
  const calls = bind([{ name: 'extractText', options: { format: 'TXT' } }]);
  await slots.use(patient(), async (slot) => {
    await slot.open({ sources: [{ name: 'torn.pdf', path }], calls, fixed }, () => {});
    const [document] = (await slot.write([await keepRange(slot, 0, 3)], () => {})).documents;
    assert.ok(document);
    assert.deepEqual(document.warnings, ['torn.pdf: Pages 2-3 are damaged and could not be read.']);
    assert.equal(await readFile(document.path, 'utf8'), 'Page 1\n\f\n\f\n');
  });
});

/** The last two of its three pages are in an object stream that ends in the midst of them. */
function tornPdf(): Buffer {
  const file = new RawPdf();
  const [root, tree, page] = [file.reserve(), file.reserve(), file.reserve()];
  const contents = file.addStream('', Buffer.from('BT /F1 12 Tf 72 720 Td (Page 1) Tj ET'));
  const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  // So that the torn ones are in another object stream than all else.
  for (let n = 0; n < 60; n += 1) file.reserve();
  const torn = [file.add('<< /Type /Page /A << '), file.add('<< /Type /Page /A << ')];
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  file.set(
    tree,
    `<< /Type /Pages /Count 3 /Kids [${page} 0 R ${torn.map((id) => `${id} 0 R`).join(' ')}] >>`,
  );
  const resources = `<< /Font << /F1 ${font} 0 R >> >>`;
  file.set(
    page,
    `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 600 800] /Contents ${contents} 0 R /Resources ${resources} >>`,
  );
  return file.finishWithStreams(root, undefined);
}

test('in a slot, without native code, character maps come from the package', async (t) => {
  const { slots, file } = await bench(t);
  const path = await file('japanese.pdf', makeJapanesePdf('93fa967b8cea'));
  const calls = bind([{ name: 'extractText', options: { format: 'TXT' } }]);
  await slots.use(patient(), async (slot) => {
    await slot.open({ sources: [{ name: 'japanese.pdf', path }], calls, fixed }, () => {});
    const [document] = (await slot.write([await keepRange(slot, 0, 1)], () => {})).documents;
    assert.ok(document);
    assert.equal(await readFile(document.path, 'utf8'), '日本語\n');
  });
});
