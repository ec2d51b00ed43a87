import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf, plainBytes, qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import type { TextAt } from '../helpers/read-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

test('rotate turns the named pages on top of how they are turned, inherited or not', async () => {
  const own = makePdf({ pages: 4, rotate: (n) => (n === 2 ? 270 : undefined) });
  const inherited = makePdf({ pages: 4, inherit: { rotate: 90 } });
  for (const [bytes, before] of [
    [own, [0, 270, 0, 0]],
    [inherited, [90, 90, 90, 90]],
  ] as const) {
    const { output } = await runSteps(bytes, ['rotate', { degrees: -90, pages: '2-3' }]);
    await qpdfCheck(output);
    const after = before.map((degrees, index) =>
      index === 1 || index === 2 ? (degrees + 270) % 360 : degrees,
    );
    assert.deepEqual(
      (await readPdf(output)).pages.map(({ rotate }) => rotate),
      after,
    );
  }
});

test('rotate to an angle does not ask how the page was turned', async () => {
  const bytes = makePdf({ pages: 3, rotate: (n) => (n - 1) * 90 });
  const { output } = await runSteps(bytes, ['rotate', { degrees: -90, absolute: true, pages: '1,3' }]);
  await qpdfCheck(output);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ rotate }) => rotate),
    [270, 90, 270],
  );
});

for (const [position, x, y] of [
  ['TOP_LEFT', 'low', 'high'],
  ['TOP_RIGHT', 'high', 'high'],
  ['CENTER', 'middle', 'middle'],
  ['BOTTOM_LEFT', 'low', 'low'],
  ['BOTTOM_CENTER', 'middle', 'low'],
] as const) {
  test(`a number at ${position} is there for the reader, however the page is turned and cropped`, async () => {
    const bytes = makePdf({
      pages: 5,
      rotate: (n) => (n - 1) * 90,
      cropBox: (n) => (n === 5 ? [100, 50, 400, 600] : undefined),
    });
    const { output } = await runSteps(bytes, ['pageNumbers', { position, format: '#{n}', size: 12 }]);
    await qpdfCheck(output);
    for (const [index, page] of (await readPdf(output)).pages.entries()) {
      const number = page.items.find((item) => item.text === `#${index + 1}`) as TextAt;
      assert.ok(number, `page ${index + 1} has its number`);
      assert.equal(third(number.x, page.width), x, `x ${number.x} of ${page.width} on page ${index + 1}`);
      assert.equal(third(number.y, page.height), y, `y ${number.y} of ${page.height} on page ${index + 1}`);
    }
  });
}

function third(at: number, of: number): 'low' | 'middle' | 'high' | 'outside' {
  if (at < 0 || at > of) return 'outside';
  return at < of / 3 ? 'low' : at < (of * 2) / 3 ? 'middle' : 'high';
}

test('page numbers have prefix, zeros, total and the number of their page', async () => {
  const { output } = await runSteps(makePdf({ pages: 3 }), [
    'pageNumbers',
    { format: '{n} / {total}', prefix: 'A-', width: 4, start: 9, pages: '2-last' },
  ]);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ text }) => text),
    ['Page 1', 'Page 2 A-0010 / 3', 'Page 3 A-0011 / 3'],
  );
});

for (const [style, format, start, written] of [
  ['ROMAN_LOWER', '{n} of {total}', 8, ['viii of iii', 'ix of iii', 'x of iii']],
  ['ROMAN_UPPER', '{n}', 1944, ['MCMXLIV', 'MCMXLV', 'MCMXLVI']],
  ['LETTERS_LOWER', '{n}', 25, ['y', 'z', 'aa']],
  ['LETTERS_UPPER', '{n}', 702, ['ZZ', 'AAA', 'AAB']],
] as const) {
  test(`page numbers in the style ${style}`, async () => {
    const bytes = makePdf({ pages: 3, text: () => '' });
    const { output } = await runSteps(bytes, ['pageNumbers', { style, format, start, width: 9 }]);
    assert.deepEqual(
      (await readPdf(output)).pages.map(({ text }) => text),
      written,
    );
  });
}

test('numbers that a style cannot write are refused before the work', async () => {
  const bytes = makePdf({ pages: 2 });
  for (const options of [
    { style: 'ROMAN_LOWER', start: 0 },
    { style: 'ROMAN_LOWER', start: 3999 },
    { style: 'LETTERS_UPPER', start: 0 },
  ])
    await assert.rejects(runSteps(bytes, ['pageNumbers', options]), {
      code: 'INVALID_INPUT',
      field: ['0', 'pageNumbers', 'style'],
    });
});

test('on facing pages the number is at the outer edge, as far from it as asked', async () => {
  const { output } = await runSteps(makePdf({ pages: 4, text: () => '' }), [
    'pageNumbers',
    { position: 'BOTTOM_RIGHT', facing: true, margin: 50, format: 'x' },
  ]);
  const places = (await readPdf(output)).pages.map(({ width, items: [item] }) => [
    Math.round(item!.x < width / 2 ? item!.x : width - item!.x),
    item!.x < width / 2 ? 'left' : 'right',
    Math.round(item!.y),
  ]);
  assert.deepEqual(places, [
    [55, 'right', 50],
    [50, 'left', 50],
    [55, 'right', 50],
    [50, 'left', 50],
  ]);
});

test('parentheses, backslashes and accents are written as they are', async () => {
  const { output } = await runSteps(makePdf({ pages: 1 }), ['pageNumbers', { format: '(\\é€) {n}' }]);
  await qpdfCheck(output);
  assert.equal((await readPdf(output)).pages[0]?.text, 'Page 1 (\\é€) 1');
});

test('numbering a result again keeps both numbers', async () => {
  const once = await runSteps(makePdf({ pages: 2 }), ['pageNumbers', { position: 'TOP_LEFT' }]);
  const twice = await runSteps(once.output, ['pageNumbers', { format: 'second {n}' }]);
  await qpdfCheck(twice.output);
  assert.deepEqual(
    (await readPdf(twice.output)).pages.map(({ text }) => text),
    ['Page 1 1 second 1', 'Page 2 2 second 2'],
  );
});

const xmp =
  '<?xpacket begin="" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Keywords="old words">' +
  '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Old title</rdf:li></rdf:Alt></dc:title><pdf:Producer>Press</pdf:Producer>' +
  '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';

test('metadata says the same in Info and XMP, and what was not named stays', async () => {
  const bytes = makePdf({ pages: 1, info: { Title: 'Old title', Producer: 'Press' }, xmp, language: 'en' });
  const { output, written } = await runSteps(bytes, [
    'metadata',
    { title: 'Über <uns> & „euch“ 漢字', keywords: ['a', 'b'], language: 'de-AT' },
  ]);
  await qpdfCheck(output);
  assert.equal(written[0]?.way, 'full');
  const { info, xmp: packet = '' } = await readPdf(output);
  assert.equal(info.Title, 'Über <uns> & „euch“ 漢字');
  assert.equal(info.Keywords, 'a, b');
  assert.equal(info.Producer, 'Press');
  assert.equal(info.Language, 'de-AT');
  assert.match(packet, />Über &lt;uns&gt; &amp; „euch“ 漢字</);
  assert.match(packet, /<pdf:Keywords>a, b</);
  assert.match(packet, /<pdf:Producer>Press</);
  assert.doesNotMatch(packet, /Old title|old words/);
});

test('strip leaves nothing of the old metadata in the bytes, and sets what is named', async () => {
  const bytes = makePdf({ pages: 2, info: { Title: 'Secret', Author: 'Nobody' }, xmp, thumbnails: true });
  const { output, written } = await runSteps(bytes, ['metadata', { strip: true, title: 'New' }]);
  await qpdfCheck(output);
  assert.equal(written[0]?.way, 'full');
  const plain = await plainBytes(output);
  for (const gone of [
    'Secret',
    'Nobody',
    'Press',
    'Old title',
    '/Thumb',
    '00112233445566778899aabbccddeeff',
  ]) {
    assert.ok(!plain.includes(gone), `${gone} is gone`);
  }
  const { info, xmp: packet, pages } = await readPdf(output);
  assert.equal(info.Title, 'New');
  assert.match(packet ?? '', />New</);
  assert.equal(pages.length, 2);
});

test('strip takes what an earlier step has set as well, in every way of writing', async () => {
  const bytes = makePdf({ pages: 2, info: { Title: 'Secret' }, xmp, thumbnails: true });
  const set = ['metadata', { title: 'Draft', author: 'Somebody' }] as const;
  for (const before of [[], [['pages', { select: '2,1' }]]] as const) {
    const { output } = await runSteps(bytes, ...before, set, ['metadata', { strip: true, subject: 'All' }]);
    await qpdfCheck(output);
    const plain = await plainBytes(output);
    for (const gone of ['Secret', 'Draft', 'Somebody', 'Press', '/Thumb'])
      assert.ok(!plain.includes(gone), `${gone} is gone`);
    assert.equal((await readPdf(output)).info.Subject, 'All');
  }
});

test('pages come in the order asked for, and of the others nothing is left', async () => {
  const bytes = makePdf({
    pages: 6,
    text: (n) => `word${n}word`,
    links: (n) => [n, 6],
    fields: [{ name: 'hidden', pages: [6], value: 'valueOfSix' }],
    outline: [{ title: 'titleOfSix', to: 6 }],
    dests: { destOfSix: 6 },
  });
  const { output, losses } = await runSteps(bytes, ['pages', { select: '3,1-2,1' }]);
  await qpdfCheck(output);
  const { pages, outline, destinations, fields } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ text, links }) => [text, ...links]),
    [
      ['word3word', 1],
      ['word1word', 2],
      ['word2word', 3],
      ['word1word', 2],
    ],
  );
  assert.deepEqual([outline, destinations.size, fields.size], [[], 0, 0]);
  const plain = await plainBytes(output);
  for (const gone of ['word4word', 'word5word', 'word6word', 'valueOfSix', 'titleOfSix', 'destOfSix']) {
    assert.ok(!plain.includes(gone), `${gone} is gone`);
  }
  assert.match(losses.join(), /Links to pages/);
  const leaves = Object.values(await qpdfObjects(output)).filter(isPage);
  assert.equal(leaves.length, 4);
});

for (const [select, result] of [
  ['3-5', '345'],
  ['12-1', 'CBA987654321'],
  ['last-1', 'CBA987654321'],
  ['r1,1,r12', 'C11'],
  ['odd', '13579B'],
  ['even,1', '2468AC1'],
  ['2,2,2-1', '2221'],
] as const) {
  test(`pages: “${select}” of twelve`, async () => {
    const bytes = makePdf({ pages: 12, text: (n) => '123456789ABC'[n - 1]! });
    const { output } = await runSteps(bytes, ['pages', { select }]);
    await qpdfCheck(output);
    const { pages } = await readPdf(output);
    assert.equal(pages.map(({ text }) => text).join(''), result);
  });
}

function isPage({ value }: { value?: unknown }): boolean {
  return (value as { '/Type'?: string } | null)?.['/Type'] === '/Page';
}
