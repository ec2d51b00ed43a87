import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { cutRanges } from '../../server/jobs/cut-ranges.ts';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { bind } from '../../server/pdf/registry.ts';
import { makePages, type PageParts } from '../helpers/pages-pdf.ts';
import { makePdf, plainBytes, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import type { RawPdf } from '../helpers/raw-pdf.ts';
import { rc4Pdf } from '../helpers/rc4-pdf.ts';
import { runPass, runSteps } from '../helpers/run-steps.ts';
import { Sheet } from '../helpers/scan-pdf.ts';

const seed = 20_261_128;
const chance = random(seed);

type MakePage = (file: RawPdf) => PageParts;

/** A page that draws so. */
const drawn =
  (content: string, resources = ''): MakePage =>
  () => ({ content, resources });

const helvetica = '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';
const written = (content: string): MakePage => drawn(`BT /F 10 Tf ${content} ET`, helvetica);

const formOf =
  (content: string): MakePage =>
  (file) => {
    const form = file.addStream('/Type /XObject /Subtype /Form /BBox [0 0 595 842]', Buffer.from(content));
    return { content: 'q /Fm Do Q', resources: `/XObject << /Fm ${form} 0 R >>` };
  };

const annotated =
  (annotation: string): MakePage =>
  () => ({ content: '', more: `/Annots [<< /Type /Annot /Rect [50 50 150 80] ${annotation} >>]` });

const scanned =
  (draw: (sheet: Sheet) => Sheet = (sheet) => sheet, paper?: number): MakePage =>
  (file) =>
    draw(new Sheet(chance, paper)).page(file);

const blank: Record<string, MakePage> = {
  'without content': drawn(''),
  'of states and clips alone': drawn('q 0 0 9 9 re W n 1 0 0 RG 2 w Q'),
  'with a form that paints nothing': formOf('q 1 0 0 1 5 5 cm Q'),
  'with a white rectangle': drawn('1 g 0 0 595 842 re f'),
  'with a form that paints white': formOf('1 1 1 rg 20 20 200 200 re f'),
  'of a light tint': drawn('1 .97 .88 rg 0 0 595 842 re f'),
  'with a space': written('72 700 Td ( ) Tj'),
  'with white text': written('1 g 72 700 Td (white on white) Tj'),
  'with invisible text': written('3 Tr 72 700 Td (read by OCR) Tj'),
  'with text beside it': written('-500 700 Td (far off) Tj'),
  'with a link': annotated('/Subtype /Link /Border [0 0 0] /A << /S /URI /URI (https://example.com) >>'),
  'with a hidden comment': annotated('/Subtype /Text /F 2 /Contents (hidden)'),
  'scanned, clean': scanned(),
  'scanned, on tinted paper': scanned(undefined, 205),
  'scanned, with dust': scanned((sheet) => {
    for (let n = 0; n < 300; n += 1)
      sheet.disc(chance.between(0, 210), chance.between(0, 297), chance.between(0.1, 0.5), chance.below(90));
    return sheet;
  }),
  'scanned, punched': scanned((sheet) => sheet.disc(12, 108, 3, 8).disc(12, 188, 3, 8)),
  'scanned, with dark edges': scanned((sheet) => sheet.box(0, 0, 6, 297, 40).box(0, 290, 210, 7, 25)),
  'scanned, with what shines through': scanned((sheet) => {
    for (let line = 0; line < 40; line += 1) sheet.words(20, 25 + 6 * line, 160, 2.5, 205);
    return sheet;
  }),
};

const notBlank: Record<string, MakePage> = {
  'with a page number': written('297 30 Td (7) Tj'),
  'with a faint word': written('.9 g 297 30 Td (draft) Tj'),
  'with a hairline': drawn('.8 G 0 w 50 50 m 500 50 l S'),
  'with a form that paints': formOf('0 g 20 20 9 9 re f'),
  'that is black': drawn('0 g 0 0 595 842 re f'),
  'with a grey box on white': drawn('.9 g 100 100 200 200 re f'),
  'with white text on a box': drawn('.2 .2 .8 rg 0 400 595 100 re f'),
  'with a comment': annotated('/Subtype /Text /Contents (a comment)'),
  'with an empty field': annotated('/Subtype /Widget /FT /Tx /T (name)'),
  'scanned, with a line': scanned((sheet) => sheet.words(60, 140, 70, 2.5, 60)),
  'scanned, with a page number': scanned((sheet) =>
    sheet.box(104, 285, 1.6, 0.4, 50).box(105.2, 285, 0.4, 2.4, 50),
  ),
  'scanned, dark all over': scanned(undefined, 20),
  'scanned, with a stamp written over it': (file) => {
    const { content, resources } = new Sheet(chance).page(file);
    const stamp = 'BT .8 g /F 40 Tf 150 400 Td (COPY) Tj ET';
    return { content: `${String(content)} ${stamp}`, resources: `${resources} ${helvetica}` };
  },
};

test('blank pages go, however they are blank, and no other one', async (t) => {
  t.diagnostic(`seed ${seed}`);
  const all = [...Object.entries(blank), ...Object.entries(notBlank)];
  const source = makePages((file) => all.map(([, make]) => make(file)));
  const { output, done, warnings, written } = await runSteps(source, ['removeBlank', { dryRun: true }]);
  const [note] = written[0]!.notes;
  const count = Object.keys(blank).length;
  const found = new Set(numbersIn(note!));
  assert.deepEqual(
    all.flatMap(([what], index) => (found.has(index + 1) === index < count ? [] : what)),
    [],
  );
  assert.deepEqual(done, ['Blank pages found in 1 document; none was removed']);
  assert.deepEqual([...warnings, ...written[0]!.warnings], []);
  assert.ok(output.equals(source));

  const removed = await runSteps(source, ['removeBlank']);
  await qpdfCheck(removed.output);
  assert.deepEqual(removed.done, [`${count} blank pages removed`]);
  assert.deepEqual(removed.written[0]!.notes, [note]);
  assert.equal(removed.written[0]!.pages, Object.keys(notBlank).length);
  const { pages } = await readPdf(removed.output);
  assert.deepEqual([pages[0]!.text, pages.at(-1)!.text], ['7', 'COPY']);
  assert.ok(!(await plainBytes(removed.output)).includes('white on white'));
});

test('what a page may have and be blank all the same is said in percent of its area', async () => {
  const source = makePages((file) => [
    written('297 30 Td (7) Tj')(file),
    written('72 700 Td (A line of text that is somewhat longer) Tj')(file),
    scanned((sheet) => sheet.box(60, 60, 4, 2, 40))(file),
  ]);
  for (const [tolerance, pages] of [
    [0, undefined],
    [0.015, '1, 3'],
    [1, '1-3'],
  ] as const) {
    const { written } = await runSteps(source, ['removeBlank', { tolerance, dryRun: true }]);
    const note = pages && `in.pdf: Pages ${pages} were blank`;
    assert.deepEqual(written[0]!.notes, note ? [note] : [], `${tolerance} %`);
  }
});

test('links, bookmarks and labels of the other pages stay, and what led to a blank one is told', async () => {
  const source = makePdf({
    pages: 6,
    text: (n) => (n % 3 === 0 ? '' : `page ${n}`),
    links: (n) => [n === 4 ? 6 : 5],
    outline: [
      { title: 'First', to: 1 },
      { title: 'Fifth', to: 5 },
    ],
    labels: [{ from: 1, style: 'r' }],
  });
  const { output, losses, done } = await runSteps(source, ['removeBlank']);
  const { pages, outline, labels } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ text, links }) => [text, ...links]),
    [['page 1', 4], ['page 2', 4], ['page 4'], ['page 5', 4]],
  );
  assert.deepEqual(
    outline.map(({ title, page }) => [title, page]),
    [
      ['First', 1],
      ['Fifth', 4],
    ],
  );
  assert.deepEqual(labels, ['i', 'ii', 'iv', 'v']);
  assert.deepEqual(losses, ['Links to pages that are not in the result were left out: 1.']);
  assert.deepEqual(done, ['2 blank pages removed']);
});

test('only the pages that are named are looked at, by the numbers of each document', async () => {
  const text = (n: number): string => (n % 2 === 0 ? '' : 'x');
  const inputs = {
    'a.pdf': makePdf({ pages: 6, text }),
    'b.pdf': makePdf({ pages: 2, text }),
    'c.pdf': makePdf({ pages: 1, text: () => 'x' }),
  };
  const { written, done, idle } = await runSteps(inputs, ['removeBlank', { pages: 'even' }]);
  assert.deepEqual(
    written.map(({ pages, notes }) => [pages, ...notes]),
    [[3, 'a.pdf: Pages 2, 4, 6 were blank'], [1, 'b.pdf: Page 2 was blank'], [1]],
  );
  assert.deepEqual(done, ['4 blank pages removed']);
  assert.deepEqual(idle, [
    '“Remove blank pages” found nothing to do in c.pdf: no page is blank, or all are.',
  ]);
  const some = await runSteps(inputs, ['removeBlank', { pages: '1' }]);
  assert.deepEqual(
    some.outputs.map((output, index) => output.equals(Object.values(inputs)[index]!)),
    [true, true, true],
  );
  await assert.rejects(runSteps(inputs, ['removeBlank', { pages: '3' }]), {
    code: 'INVALID_RANGE',
    field: ['0', 'removeBlank', 'pages'],
  });
});

test('a document of blank pages alone stays as it is, and that is said', async () => {
  const empty = makePdf({ pages: 3, text: () => '' });
  const { output, idle, done } = await runSteps(empty, ['removeBlank']);
  assert.ok(output.equals(empty));
  assert.deepEqual(done, []);
  assert.deepEqual(idle, ['“Remove blank pages” found nothing to do: no page is blank, or all are.']);
});

test('what is left as it is, is so byte for byte, and nothing is said of what would have become of it', async () => {
  const damaged = makePdf({ pages: 2 }).subarray(0, -20);
  const { outputs, warnings, written } = await runSteps(
    { 'a.pdf': damaged, 'b.pdf': makePdf({ pages: 2, signed: true }) },
    ['removeBlank'],
  );
  assert.ok(outputs[0]!.equals(damaged));
  assert.deepEqual([...warnings, ...written.flatMap((document) => document.warnings)], []);
  const signed = makePdf({ pages: 2, signed: true, text: (n) => (n === 2 ? '' : 'signed') });
  const cut = await runSteps(signed, ['removeBlank']);
  assert.match(cut.written[0]!.warnings.join(), /signature will not be valid/);
});

const broken: Record<string, MakePage> = {
  'content that is damaged': () => ({ content: deflateSync('0 g 0 0 99 99 re f').subarray(0, 9) }),
  'content that makes no sense': drawn('0 0 9 9 re ) >> (f %&$'),
  'a picture that is damaged': (file) => {
    const entries = '/Type /XObject /Subtype /Image /Width 90 /Height 90 /ColorSpace /DeviceRGB';
    const image = file.addStream(
      `${entries} /BitsPerComponent 8 /Filter /JPXDecode`,
      Buffer.from('no picture'),
    );
    return { content: 'q 595 0 0 842 0 0 cm /Im Do Q', resources: `/XObject << /Im ${image} 0 R >>` };
  },
};

for (const [what, make] of Object.entries(broken))
  test(`a page is not blank for ${what}, and it is said`, async () => {
    const source = makePages((file) => [drawn('')(file), make(file), written('9 9 Td (x) Tj')(file)]);
    const { written: found, done } = await runSteps(source, ['removeBlank']);
    assert.deepEqual(done, ['1 blank page removed']);
    assert.equal(found[0]!.pages, 2);
    assert.deepEqual(found[0]!.warnings, [
      'in.pdf: Page 2 could not be looked at, as it is damaged or hidden.',
    ]);
  });

test('the result is the same however the pages are cut into ranges, and in whichever process', async () => {
  const sources = [
    { name: 'a.pdf', bytes: makePdf({ pages: 9, text: (n) => (n % 4 === 0 ? '' : `a${n}`) }) },
    { name: 'b.pdf', bytes: makePages((file) => [scanned()(file), written('9 9 Td (b) Tj')(file)]) },
  ];
  const calls = bind([{ name: 'removeBlank', options: { tolerance: 0 } }]);
  const open = await passFor(calls);
  const fixed = { date: '2026-01-02T03:04:05.678Z', id: 'job/0' };
  const input = { sources, assets: new Map(), calls, fixed, maxPages: 100 };
  const pass = await open(input, () => {});
  assert.equal(pass.pages, 11);
  const whole = await runPass(pass, sources, cutRanges(11, 1));
  const parts = await runPass(
    pass,
    sources,
    Array.from({ length: 11 }, (_, page) => [page, page + 1] as const),
  );
  assert.deepEqual(parts, whole);
  assert.deepEqual(
    whole.written.map(({ pages }) => pages),
    [7, 1],
  );
});

test('an encrypted document is looked at as any other', async () => {
  const secret = rc4Pdf({ user: '', owner: 'owner', id: '00' });
  const alone = await runSteps(secret, ['removeBlank']);
  assert.ok(alone.output.equals(secret));
  const inputs = { 'a.pdf': secret, 'b.pdf': makePdf({ pages: 1, text: () => '' }) };
  const { output, done } = await runSteps(inputs, ['merge'], ['removeBlank']);
  assert.deepEqual(done, ['2 documents merged into one of 2 pages', '1 blank page removed']);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ text }) => text),
    ['secret'],
  );
});

test('many blank pages are all listed', async () => {
  const source = makePdf({ pages: 60, text: (n) => (n % 2 === 0 ? '' : 'x') });
  const { written } = await runSteps(source, ['removeBlank', { dryRun: true }]);
  assert.deepEqual(
    numbersIn(written[0]!.notes[0]!),
    Array.from({ length: 30 }, (_, index) => 2 * index + 2),
  );
});

/** The numbers that `Pages 3, 7-9 were blank` has. */
function numbersIn(note: string): number[] {
  return [...note.matchAll(/(\d+)(?:-(\d+))?(?=[, ])/g)].flatMap(([, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
  );
}
