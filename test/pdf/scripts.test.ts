import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import sharp from 'sharp';
import { makePdf, plainBytes, qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import { drawPages } from '../helpers/pictures.ts';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { bind } from '../../server/pdf/registry.ts';
import { runPass, runSteps } from '../helpers/run-steps.ts';

const require = createRequire(import.meta.url);

/** What is written, and the font of a reference drawing. */
const texts = {
  Arabic: ['سري للغاية، لا إله', 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf'],
  'Arabic with vowels': ['مُحَمَّدٌ', 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf'],
  Persian: ['فارسی می‌خواهم', 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf'],
  Hebrew: ['סודי ביותר', 'noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf'],
  'Hebrew with points': ['שָׁלוֹם עוֹלָם', 'noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf'],
  Devanagari: ['गोपनीय क्षेत्र कार्य हिन्दी', 'noto-sans/400Regular/NotoSans_400Regular.ttf'],
  'Latin and Devanagari': ['COPY गोपनीय हिन्दी', 'noto-sans/400Regular/NotoSans_400Regular.ttf'],
  Thai: ['ลับที่สุด กำลัง น้ำ', 'noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf'],
  Chinese: ['机密文件「甲」，第一页', 'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'],
  Japanese: ['社外秘、直ちに返却のこと', 'noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf'],
  Korean: ['대외비 문서', 'noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf'],
  Yoruba: ['àlàyé ẹ\u0301kọ\u0301', 'noto-sans/400Regular/NotoSans_400Regular.ttf'],
} as const;

const stamped = (text: string, more: object = {}) =>
  runSteps(makePdf({ pages: 1, text: () => '', size: [1_000, 200] }), [
    'stamp',
    { text, size: 60, opacity: 1, color: '#000000', ...more },
  ]);

for (const [script, [text, file]] of Object.entries(texts)) {
  test(`${script} is drawn as another engine draws it, and read as it was written`, async () => {
    const { output } = await stamped(text);
    await qpdfCheck(output);
    const expected = text.normalize('NFC');
    // pdf.js shows no joiners, whoever has written them.
    assert.equal((await readPdf(output)).pages[0]!.text, expected.replace(/\u200C/g, ''));
    assert.ok(output.length < 9_000, `${output.length} bytes`);
    const drawn = await inkOf(await picture(output));
    const reference = await inkOf(await referenceOf(text, file));
    const others = await inkOf(await referenceOf(Array.from(text).toReversed().join('\u200C'), file));
    const apart = difference(drawn, reference);
    // Thin strokes are smoothed by each in its own way.
    assert.ok(apart < 24, `${apart} from the reference`);
    assert.ok(difference(drawn, others) > 2.5 * apart, 'what is not laid out looks as much like it');
  });
}

/** By Pango. */
function referenceOf(text: string, file: string): Promise<Buffer> {
  const fontfile = require.resolve(`@expo-google-fonts/${file}`);
  return sharp({ text: { text, fontfile, font: familyOf(file), dpi: 300 } })
    .negate()
    .png()
    .toBuffer();
}

function familyOf(file: string): string {
  return /(\w+)_400/.exec(file)![1]!.replace(/([a-z])([A-Z])/g, '$1 $2');
}

async function picture(pdf: Buffer): Promise<Buffer> {
  const [drawn] = await drawPages([pdf], 2_000);
  return sharp(drawn![0], { raw: { width: 2_000, height: 400, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer();
}

/** What is drawn, without what is around it, of a size to be compared. */
function inkOf(image: Buffer): Promise<Buffer> {
  return sharp(image)
    .greyscale()
    .trim({ threshold: 60 })
    .resize(600, 80, { fit: 'fill' })
    .blur(1)
    .raw()
    .toBuffer();
}

/** The mean of all pixels, 0 to 255. */
function difference(one: Buffer, other: Buffer): number {
  assert.equal(one.length, other.length);
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length;
}

/** What a reader gets that puts no space where a run ends. */
const words = (text: string): string => text.replace(/\s+/g, '');

for (const text of [
  'DRAFT سري 12 (x) סודי end',
  'abc (سري) 123',
  'نسخة 3 من 12',
  'السعر 12.50 USD فقط',
  'סעיף 7 (ב) של NDA',
  '2026年 第1四半期 Q1',
])
  test(`in “${text}” each direction runs its own way, and is read in the order of writing`, async () => {
    const { output } = await stamped(text, { size: 40 });
    await qpdfCheck(output);
    assert.equal(words((await readPdf(output)).pages[0]!.text), words(text));
  });

test('a mark on a figure that runs the other way than its script is drawn', async () => {
  const text = 'سري 1\u064B';
  assert.equal(words((await readPdf((await stamped(text)).output)).pages[0]!.text), words(text));
});

test('what stands between scripts is where a reader of either looks for it', async () => {
  const { output } = await stamped('abc אבג 12', { size: 40, position: 'CENTER_LEFT', margin: 0 });
  const { items } = (await readPdf(output)).pages[0]!;
  const order = items.toSorted((a, b) => a.x - b.x).map(({ text }) => text.trim());
  assert.deepEqual(order.filter(Boolean), ['abc', '12', 'אבג']);
});

test('Han characters are drawn as the text beside them is written', async () => {
  const fonts = async (text: string): Promise<string[]> => {
    const objects = Object.values(await qpdfObjects((await stamped(text)).output));
    return objects.flatMap(({ value }) => {
      const { '/Type': type, '/BaseFont': name, '/Subtype': kind } = (value ?? {}) as Record<string, string>;
      return type === '/Font' && kind === '/Type0' ? name!.replace(/.*\+/, '') : [];
    });
  };
  assert.deepEqual(await fonts('直'), ['NotoSansSC-Regular']);
  assert.deepEqual(await fonts('直ちに'), ['NotoSansJP-Regular']);
  assert.deepEqual(await fonts('直 한자'), ['NotoSansKR-Regular']);
});

test('numbers, prefixes and file names are written in any of the scripts', async () => {
  const { output } = await runSteps({ '合同.pdf': makePdf({ pages: 2, text: () => '' }) }, [
    'pageNumbers',
    { format: '{file} 第{n}页，共{total}页', prefix: '' },
  ]);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ text }) => text),
    ['合同 第1页，共2页', '合同 第2页，共2页'],
  );
});

test('on many pages each font is embedded once, with what is drawn of it', async () => {
  const source = makePdf({ pages: 300 });
  const steps = [
    ['stamp', { text: 'سري للغاية 机密' }],
    ['pageNumbers', { format: 'नं. {n}' }],
  ] as const;
  const { output } = await runSteps(source, ...steps);
  const plain = await plainBytes(output);
  assert.equal(plain.match(/\/FontFile2 /g)?.length, 3);
  assert.ok(output.length - source.length < 24_000 + 300 * 400, `${output.length - source.length}`);
});

test('what is drawn is the same byte by byte, however the pages were divided and whoever did them', async () => {
  const sources = [{ name: 'in.pdf', bytes: makePdf({ pages: 40 }) }];
  const calls = bind(
    parseSteps([
      { name: 'stamp', options: { text: 'سري {n}\n社外秘 {time}' } },
      { name: 'pageNumbers', options: { format: 'नं. {n} ק' } },
    ]).calls,
  );
  const open = await passFor(calls);
  const fixed = { date: '2026-01-02T03:04:05.678Z', id: 'job/0' };
  const write = async (...ranges: [number, number][]): Promise<Buffer> => {
    const pass = await open({ sources, assets: new Map(), calls, fixed, maxPages: 100 }, () => {});
    return (await runPass(pass, sources, ranges)).outputs[0]!;
  };
  const once = await write([0, 40]);
  assert.ok(once.equals(await write([0, 3], [3, 17], [17, 40])));
});
