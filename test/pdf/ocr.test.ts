import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PDFDocument, PDFName } from 'pdf-lib';
import { writeLines } from '../../server/pdf/passes/ocr/text-layer.ts';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { checkPlan } from '../../server/pdf/plan/plan.ts';
import { bind } from '../../server/pdf/registry.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { makePdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { noise } from '../helpers/noise.ts';
import { differences, photo } from '../helpers/pictures.ts';
import {
  characterErrors,
  high,
  leading,
  margin,
  type Print,
  scan,
  scannedPdf,
  wide,
} from '../helpers/printed.ts';
import { type Random, random } from '../helpers/random.ts';
import { runPass, runSteps } from '../helpers/run-steps.ts';
import { fixed } from '../helpers/slots.ts';

const english = [
  'The harbour master kept his ledgers in a small white house',
  'at the end of the pier. Every morning, before the first boat',
  'left, he wrote down the height of the tide, the wind, and the',
  'names of all who went out: 14 on Monday, 27 on Tuesday.',
  '"Nobody is lost," he used to say, "who is written down."',
];
const german = [
  'Der Hafenmeister führte seine Bücher in einem kleinen weißen',
  'Haus am Ende der Mole. Jeden Morgen, bevor das erste Boot',
  'auslief, schrieb er die Höhe des Wassers auf, dazu den Wind',
  'und die Namen aller, die hinausfuhren: große Schiffe zuerst.',
];
const french = [
  'Le maître du port tenait ses registres dans une petite maison',
  'blanche, au bout de la jetée. Chaque matin, avant le départ',
  'du premier bateau, il notait la hauteur de la marée, le vent',
  'et les noms de ceux qui étaient déjà partis, même sans façon.',
];

/** What is printed and how it lies, by language. */
const prints: Record<string, [what: string, print: Print][]> = {
  eng: [
    ['clean', { columns: [english] }],
    ['of 150 dpi', { columns: [english], dpi: 150 }],
    ['askew by 3°', { columns: [english], skew: 3 }],
    ['turned by 90°', { columns: [english], turned: 90 }],
    ['on its head and askew', { columns: [english], turned: 180, skew: -2 }],
    ['in two columns', { columns: [english, english.toReversed()].map(narrow), size: 9, font: 'Helvetica' }],
  ],
  deu: [['in German', { columns: [german] }]],
  fra: [['in French', { columns: [french] }]],
};
/** Of a hundred characters: one, as a person who copies a page by hand makes it. */
const mostErrors = 1;

function narrow(lines: readonly string[]): string[] {
  return lines.map((line) => line.slice(0, line.lastIndexOf(' ', 30)));
}

for (const [language, pages] of Object.entries(prints))
  test(`print is read, whichever way it lies, and looks as before: ${language}`, async (t) => {
    const bytes = scannedPdf(await scan(pages.map(([, print]) => print)));
    const { output, done, written } = await runSteps(bytes, ['ocr', { languages: [language] }]);
    const { output: text } = await runSteps(output, ['extractText']);
    for (const [index, read] of text.toString().split('\f').entries()) {
      const [what, { columns }] = pages[index]!;
      const errors = 100 * characterErrors(columns.flat().join(' '), read);
      t.diagnostic(`${what}: ${errors.toFixed(2)} % of the characters are wrong`);
      assert.ok(errors <= mostErrors, `${what}: ${errors} %:\n${read}`);
    }
    for (const difference of await differences(bytes, output)) assert.equal(difference, 0);
    assert.deepEqual(done, [
      `Text of ${pages.length} ${pages.length === 1 ? 'page' : 'pages'} recognised (${language})`,
    ]);
    assert.deepEqual([written[0]!.way, written[0]!.warnings, written[0]!.notes], ['append', [], []]);
    await qpdfCheck(output);
  });

interface JsonText {
  pages: { words: { text: string; box: [number, number, number, number] }[] }[];
}

test('words stand where they are printed, on pages askew, turned, cropped and of another unit', async () => {
  const size = 10;
  // Of Courier every character is six tenths as wide as high: where a word is printed is known.
  const courier = { columns: [narrow(english)], font: 'Courier', size } as const;
  const poses: { skew?: number; turned?: number; more?: string; unit?: number }[] = [
    {},
    { skew: 3 },
    { turned: 90, skew: -2 },
    { turned: 270, more: '/Rotate 90' },
    { more: '/UserUnit 2.5', unit: 2.5 },
    { more: '/CropBox [20 10 410 290]' },
  ];
  for (const { skew = 0, turned = 0, more = '', unit = 1 } of poses) {
    const pose = JSON.stringify({ skew, turned, more });
    const bytes = scannedPdf(await scan([{ ...courier, skew, turned }]), more);
    const { output } = await runSteps(bytes, ['ocr']);
    const json = await runSteps(output, ['extractText', { format: 'JSON' }]);
    const { words } = (JSON.parse(json.output.toString()) as JsonText).pages[0]!;
    for (const [row, line] of courier.columns[0].entries())
      for (const { 0: word, index } of line.matchAll(/\S{4,}/g)) {
        // From the middle of the sheet, as printed.
        const x = margin + 0.6 * size * (index + word.length / 2) - wide / 2;
        const y = margin + row * leading * size - 0.3 * size - high / 2;
        const [askewX, askewY] = turn(x, y, skew + turned);
        const isTurned = (turned + (more.includes('Rotate') ? 90 : 0)) % 180 !== 0;
        const [atX, atY] = more.includes('Rotate') ? turn(askewX, askewY, 90) : [askewX, askewY];
        const [w, h] = isTurned ? [high, wide] : [wide, high];
        const [left, top] = more.includes('Crop') ? [20, 10] : [0, 0];
        const expected = [unit * (atX + w / 2 - left), unit * (atY + h / 2 - top)];
        const found = words.filter(({ text }) => text === word);
        const off = found.map(({ box: [l, t, r, b] }) =>
          Math.hypot((l + r) / 2 - expected[0]!, (t + b) / 2 - expected[1]!),
        );
        assert.ok(Math.min(...off) <= 2 * unit, `${word} of ${pose} is off by ${off.join()} points`);
      }
  }
});

/** Clockwise, in degrees, `y` downwards. */
function turn(x: number, y: number, angle: number): [number, number] {
  const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  return [x * cos - y * sin, x * sin + y * cos];
}

test('pages with text are left alone, unless they are wished for, and then no word is there twice', async () => {
  const stamp = ['stamp', { text: 'RECEIVED', position: 'BOTTOM_LEFT', opacity: 1 }] as const;
  const scans = scannedPdf(await scan([{ columns: [english] }]));
  const { output: stamped } = await runSteps(scans, stamp);
  const inputs = { 'stamped.pdf': stamped, 'scan.pdf': scans };
  const left = await runSteps(inputs, ['ocr']);
  assert.deepEqual(left.outputs[0], stamped);
  assert.deepEqual(left.done, ['Text of 1 page recognised (eng)']);
  assert.deepEqual(left.idle, [
    '“Recognise text” found nothing to do in stamped.pdf: all pages have text, or none that can be recognised.',
  ]);
  assert.deepEqual(
    left.written.map(({ notes }) => notes),
    [['stamped.pdf: 1 page had text already.'], []],
  );
  const forced = await runSteps({ 'stamped.pdf': stamped }, ['ocr', { force: true }]);
  const again = await runSteps(forced.outputs[0]!, ['ocr', { force: true }]);
  for (const { output } of [forced, again]) {
    const text = (await runSteps(output, ['extractText'])).output.toString();
    assert.ok(characterErrors(`${english.join(' ')} RECEIVED`, text) <= mostErrors / 100, text);
  }
  assert.deepEqual(again.output, forced.output);
});

test('what a form field shows on a scan is not written into the page as well', async () => {
  const [page] = await scan([{ columns: [['The name is below']] }]);
  const document = await PDFDocument.load(scannedPdf([page!]));
  const field = document.getForm().createTextField('name');
  field.setText('Jane Example');
  field.addToPage(document.getPage(0), { x: 60, y: 40, width: 220, height: 30, borderWidth: 0 });
  const { output } = await runSteps(Buffer.from(await document.save()), ['ocr']);
  const cleared = await PDFDocument.load(output);
  cleared.getPage(0).node.delete(PDFName.of('Annots'));
  const text = await runSteps(Buffer.from(await cleared.save()), ['extractText']);
  assert.equal(text.output.toString().trim(), 'The name is below');
});

test('of a long document links, bookmarks, tags and fields stay, and a full page grows by less than 10 KB', async (t) => {
  const pages = 100;
  const document = makePdf({
    pages,
    size: [595, 842],
    text: () => '',
    links: (n) => [(n % pages) + 1],
    dests: { middle: 50 },
    outline: [{ title: 'Chapter', to: 7, children: [{ title: 'Section', to: 'middle' }] }],
    fields: [{ name: 'name', pages: [1], value: 'Ada' }],
    labels: [{ from: 1, style: 'r' }],
    attachments: [{ name: 'a.txt', text: 'attached' }],
    tagged: true,
  });
  const sources = [{ name: 'in.pdf', bytes: document }];
  const calls = bind([{ name: 'ocr', options: { languages: ['eng'], force: false } }]);
  const pass = await (
    await passFor(calls)
  )({ sources, assets: new Map(), calls, fixed, maxPages: 20_000 }, () => {});
  // As if there were print on them: to read so much takes minutes.
  const seed = 41;
  t.diagnostic(`seed ${seed}`);
  const full = { ...pass, range: async () => [fullPages(pages, random(seed))] };
  const { outputs, written } = await runPass(full, sources, [[0, pages]]);
  const grown = (outputs[0]!.length - document.length) / pages;
  assert.ok(grown < 10_000, `${grown} bytes a page`);
  t.diagnostic(`${Math.round(grown)} bytes a page`);
  const [before, after] = await Promise.all([readPdf(document), readPdf(outputs[0]!)]);
  const links = (read: typeof before) => read.pages.map((page) => page.links);
  assert.deepEqual(links(after), links(before));
  assert.deepEqual({ ...after, pages: [] }, { ...before, pages: [] });
  assert.ok(after.pages.every(({ text }) => text.length > 2_500));
  assert.deepEqual([written[0]!.kept!.tags, written[0]!.losses], [pages, []]);
  assert.match(written[0]!.warnings.join(), /not among its tags/);
});

/** What would come of pages of 50 lines, 60 characters each. */
function fullPages(count: number, chance: Random): Buffer {
  const drawn = { width: 2479, height: 3508 };
  const view = { box: [0, 0, 595, 842], sheet: [0, 0, 595, 842], rotate: 0, unit: 1 } as const;
  const pages = Array.from({ length: count }, () => {
    const lines = Array.from({ length: 50 }, (_, row) => {
      let at = 300;
      const words = chance
        .of(english)
        .split(' ')
        .map((text) => {
          const from = at + 8 + chance.below(6);
          at = from + 20 * text.length + chance.below(20);
          return { text, from, to: at };
        });
      return { turns: 0, baseline: 300 + 60 * row + chance.below(4), ascent: 30 + chance.below(3), words };
    });
    const over = [writeLines(lines, { drawn, straight: drawn, angle: 0 }, view, true)];
    return { outcome: 'read', patch: { over } };
  });
  return Buffer.from(JSON.stringify(pages));
}

test('a language that is not installed is refused by name, with those that are', () => {
  const check = (languages: readonly string[]): void =>
    checkPlan(bind([{ name: 'ocr', options: { languages, force: false } }]), [{ name: 'in.pdf', pages: 1 }], {
      maxPages: 10,
      maxJobPages: 10,
    });
  check(['deu', 'eng', 'fra', 'spa']);
  const field = ['0', 'ocr', 'languages'];
  assert.throws(() => check(['eng', 'tlh']), {
    code: 'INVALID_INPUT',
    message: '“tlh” cannot be recognised here. Choose from deu, eng, fra and spa.',
    field,
  });
  // The data of another kind, a path, a name of the prototype's.
  for (const language of ['osd', '../eng', 'constructor', ''])
    assert.throws(() => check([language]), { code: 'INVALID_INPUT', field });
  assert.throws(() => check([]), {
    message: '“Languages” is empty. Choose from deu, eng, fra and spa.',
    field,
  });
});

test('pages without print, of any size, and those that cannot be drawn are left as they are', async () => {
  const bytes = makePages((file) => {
    const picture = (data: Buffer, entries: string): string =>
      `/XObject << /Im ${file.addStream(`/Type /XObject /Subtype /Image ${entries}`, data)} 0 R >>`;
    const gray = '/Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 8';
    const content = 'q 300 0 0 300 0 0 cm /Im Do Q';
    return [
      { content: '' },
      { content: '', box: '0 0 1 1' },
      { content: '', box: '0 0 14400 3' },
      { content, box: '0 0 300 300', resources: picture(photo(64, 64, 1), gray) },
      { content, box: '0 0 300 300', resources: picture(noise(64 * 64, 7), gray) },
      {
        content,
        box: '0 0 300 300',
        resources: picture(Buffer.from('not at all'), `${gray} /Filter /DCTDecode`),
      },
      { content: 'BT /None 12 Tf (broken) Tj q q Do', box: '0 0 300 300' },
    ];
  });
  const { output, idle, written } = await runSteps(bytes, ['ocr']);
  assert.deepEqual(output, bytes);
  assert.equal(idle.length, 1);
  assert.deepEqual(written[0]!.warnings, []);
});
