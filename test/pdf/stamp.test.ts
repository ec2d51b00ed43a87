import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf, plainBytes, qpdf, qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import type { TextAt } from '../helpers/read-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

test('a stamp is readable on the named pages, in Latin, Greek and Cyrillic', async () => {
  const text = 'Entwurf für Ωμέγα и Проба №7';
  const { output, written } = await runSteps(makePdf({ pages: 4 }), ['stamp', { text, pages: '2,last' }]);
  await qpdfCheck(output);
  assert.equal(written[0]?.way, 'append');
  assert.deepEqual(
    (await readPdf(output)).pages.map((page) => page.text.includes(text)),
    [false, true, false, true],
  );
});

for (const [text, message] of [
  [
    'གསང་བ',
    /^Tibetan cannot be written yet, only Latin, Greek, Cyrillic, Arabic, Hebrew, Devanagari, Thai, Chinese, Japanese and Korean\.$/,
  ],
  ['সংবিধান', /^Bengali cannot/],
  ['சட்டம்', /^Tamil cannot/],
  ['សម្ងាត់', /^Khmer cannot/],
  ['လျှို့ဝှက်', /^Myanmar cannot/],
  ['ᠨᠢᠭᠤᠴᠠ', /^Mongolian cannot/],
  ['秘密 ლ', /^Georgian cannot/],
  ['\u0301e', /^There is an accent without a letter \(U\+0301\)/],
  ['a \u0651', /accent without a letter \(U\+0651\)/],
  ['a\u0651', /^“\u0651” \(U\+0651\) cannot be written: no font has it/],
  ['DRAFT\u202Etxet', /that nobody sees \(U\+202E\)/],
  ['DR\u200DAFT', /that nobody sees \(U\+200D\)/],
  ['a\u2028b', /\(U\+2028\)/],
  ['\u{1F512}', /^“🔒” \(U\+1F512\) cannot be written: no font has it\. Leave it out\.$/],
] as const) {
  test(`“${text}” is refused, and why`, async () => {
    for (const [step, option] of [
      ['stamp', 'text'],
      ['pageNumbers', 'prefix'],
      ['pageNumbers', 'format'],
    ] as const)
      await assert.rejects(runSteps(makePdf({ pages: 1 }), [step, { [option]: text }]), {
        code: 'INVALID_INPUT',
        field: ['0', step, option],
        message,
      });
  });
}

test('an accent that follows its letter is drawn as the letter with the accent', async () => {
  const written = 'Café Ώρα й Việt';
  const { output } = await runSteps(
    makePdf({ pages: 1, text: () => '' }),
    ['stamp', { text: written.normalize('NFD'), y: 100 }],
    ['pageNumbers', { format: 'n\u0303{n}', position: 'TOP_LEFT' }],
  );
  assert.deepEqual(
    (await readPdf(output)).pages[0]?.items.map(({ text }) => text),
    [written, 'ñ1'],
  );
});

for (const rotate of [0, 90, 180, 270]) {
  test(`a stamp at x and y is there for the reader of a page turned by ${rotate}° and cropped`, async () => {
    const bytes = makePdf({ pages: 1, rotate: () => rotate, cropBox: () => [100, 50, 400, 600] });
    const { output } = await runSteps(bytes, ['stamp', { text: 'HERE', x: 30, y: 40, size: 12 }]);
    const [page] = (await readPdf(output)).pages;
    const found = page?.items.find((item) => item.text === 'HERE') as TextAt;
    assert.ok(Math.abs(found.x - 30) < 1 && Math.abs(found.y - 40) < 1, `${found.x} ${found.y}`);
  });
}

test('without a size the text takes two thirds of the shorter side', async () => {
  const { output } = await runSteps(makePdf({ pages: 1 }), ['stamp', { text: 'CONFIDENTIAL', angle: 45 }]);
  const [operators = ''] = await streamsWith(output, 'gs BT');
  const size = Number(/F0 ([\d.]+) Tf/.exec(operators)?.[1]);
  assert.ok(size > 40 && size < 80, `${size}`);
  assert.match(operators, /0\.707107 0\.707107 -0\.707107 0\.707107/);
});

test('opacity and colour are set, under comes before the content, tiles cover the page', async () => {
  const { output } = await runSteps(makePdf({ pages: 1 }), [
    'stamp',
    { text: 'x', color: '#ff0080', opacity: 0.25, under: true, tile: true, size: 20 },
  ]);
  await qpdfCheck(output);
  const objects = await dictionaries(output);
  const states = objects.filter((entries) => entries['/Type'] === '/ExtGState');
  assert.deepEqual(
    states.map((entries) => [entries['/ca'], entries['/CA']]),
    [[0.25, 0.25]],
  );
  const [operators = ''] = await streamsWith(output, 'gs BT');
  assert.match(operators, /1 0 0\.5 rg/);
  assert.ok(operators.split('\n').length > 20, operators);
  const [page] = objects.filter((entries) => entries['/Type'] === '/Page');
  const first = String(page?.['/Contents']);
  const { text } = await qpdf(
    output,
    `--show-object=${first.split(' ', 1).join()}`,
    '--filtered-stream-data',
    '/in.pdf',
  );
  assert.match(text, /gs BT/);
});

/** Of each line that has letters: where it begins, from the left and from the bottom of a page of 600 by 400. */
async function placesOf(text: string, align: string): Promise<{ x: number; y: number }[]> {
  const { output } = await runSteps(makePdf({ pages: 1, text: () => '', size: [600, 400] }), [
    'stamp',
    { text, size: 20, align },
  ]);
  await qpdfCheck(output);
  return (await readPdf(output)).pages[0]!.items.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
}

for (const [align, starts] of [
  ['LEFT', [228, 228, 228]],
  ['CENTER', [228, 295, 290]],
  ['RIGHT', [228, 361, 351]],
] as const)
  test(`lines stand below each other, ${align}, and in the middle as one`, async () => {
    const places = await placesOf('wide wide wide\r\nx\n\nyy\n', align);
    assert.deepEqual(
      places.map(({ x }) => x),
      starts,
    );
    const [first, , last] = places.map(({ y }) => y) as [number, number, number];
    assert.deepEqual(
      places.map(({ y }) => first - y),
      [0, 28, 82],
    );
    // As far from the capitals of the first to the top as from the last to the bottom.
    assert.ok(Math.abs(400 - (first + 14) - last) <= 1, `${first} and ${last}`);
  });

test('several lines are as large as the page bears', async () => {
  const { output } = await runSteps(makePdf({ pages: 1, text: () => '' }), [
    'stamp',
    { text: 'a\n'.repeat(30) },
  ]);
  const { items, height } = (await readPdf(output)).pages[0]!;
  const ys = items.map(({ y }) => y);
  assert.equal(items.length, 30);
  assert.ok(Math.max(...ys) < height * 0.8 && Math.min(...ys) > height * 0.2, `${Math.max(...ys)}`);
});

test('a stamp names its page, document and time, and what else is in braces stays', async () => {
  const inputs = {
    'Q1.pdf': makePdf({ pages: 2, text: () => '' }),
    'Q2.pdf': makePdf({ pages: 1, text: () => '' }),
  };
  const text = '{file} {n}/{total} {date} {time} {{n}} {x} {toString} }{';
  const { outputs, done } = await runSteps(inputs, ['stamp', { text, size: 12 }]);
  const texts = await Promise.all(
    outputs.map(async (output) => (await readPdf(output)).pages.map((page) => page.text)),
  );
  const rest = '2026-01-02 03:04 {n} {x} {toString} }{';
  assert.deepEqual(texts, [[`Q1 1/2 ${rest}`, `Q1 2/2 ${rest}`], [`Q2 1/1 ${rest}`]]);
  assert.deepEqual(done, [`3 pages stamped “${text}”`]);
});

test('a line break is refused where there is one line only', async () => {
  for (const [step, options, option] of [
    ['pageNumbers', { format: '{n}\n' }, 'format'],
    ['stamp', { text: 'a\rb' }, 'text'],
    ['stamp', { text: 'a\tb' }, 'text'],
  ] as const)
    await assert.rejects(runSteps(makePdf({ pages: 1 }), [step, options]), {
      code: 'INVALID_INPUT',
      field: ['0', step, option],
      message: /contains a control character/,
    });
});

test('stamps and numbers on many pages cost one font, one state and 400 bytes a page at most', async () => {
  const source = makePdf({ pages: 500 });
  const { output } = await runSteps(source, ['stamp', { text: 'DRAFT' }], ['pageNumbers']);
  const objects = await dictionaries(output);
  assert.equal(objects.filter((entries) => entries['/Subtype'] === '/Type0').length, 1);
  assert.equal(objects.filter((entries) => entries['/Type'] === '/ExtGState').length, 1);
  assert.ok((output.length - source.length - 8_000) / 500 <= 400, `${(output.length - source.length) / 500}`);
});

async function dictionaries(pdf: Buffer): Promise<Record<string, unknown>[]> {
  return Object.values(await qpdfObjects(pdf)).flatMap(({ value }) =>
    typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [],
  );
}

async function streamsWith(pdf: Buffer, words: string): Promise<string[]> {
  const plain = await plainBytes(pdf);
  return [...plain.matchAll(/stream\n([^]*?)\nendstream/g)]
    .map(([, data]) => data ?? '')
    .filter((data) => data.includes(words));
}
