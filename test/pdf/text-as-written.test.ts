import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pdfium } from '../../server/pdf/passes/pdfium.ts';
import { openReader } from '../../server/pdf/passes/text/reader.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { makePdf } from '../helpers/pdf.ts';
import type { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { makeTextPdf } from '../helpers/text-pdf.ts';

interface Word {
  text: string;
  box: [number, number, number, number];
}

const linesOf = async (bytes: Buffer): Promise<string[]> =>
  (await runSteps(bytes, ['extractText'])).output.toString().split('\n').filter(Boolean);

async function wordsOf(bytes: Buffer): Promise<Word[]> {
  const { output } = await runSteps(bytes, ['extractText', { format: 'JSON' }]);
  return (JSON.parse(output.toString()) as { pages: [{ words: Word[] }] }).pages[0].words;
}

const helvetica =
  '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>';

/** A page whose font has no letters to draw; its codes are UTF-16, an em wide. */
function unicodePdf(content: string, encoding: 'Identity-H' | 'Identity-V'): Buffer {
  return makePages((file) => [
    { content, resources: `/Font << /F ${addUnicodeFont(file, encoding)} 0 R >>` },
  ]);
}

function addUnicodeFont(file: RawPdf, encoding: string): number {
  const meanings = file.addStream(
    '',
    Buffer.from(
      '/CIDInit /ProcSet findresource begin begincmap /CMapName /X def 1 begincodespacerange <0000> <ffff> ' +
        'endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end',
    ),
  );
  const descendant = file.add(
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /None /DW 1000 /DW2 [880 -1000] ' +
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ' +
      '/FontDescriptor << /Type /FontDescriptor /FontName /None /Flags 32 >> >>',
  );
  return file.add(
    `<< /Type /Font /Subtype /Type0 /BaseFont /None /Encoding /${encoding} /DescendantFonts [${descendant} 0 R] /ToUnicode ${meanings} 0 R >>`,
  );
}

const coded = (text: string): string => `<${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
const reversed = (text: string): string => [...text].toReversed().join('');
const close = (found: readonly number[], wanted: readonly number[], by = 0.1): void => {
  for (const [index, edge] of wanted.entries())
    assert.ok(Math.abs(found[index]! - edge) < by, `${found.join(' ')} is ${wanted.join(' ')}`);
};

test('the invisible text behind a scan is read to its single letters, along the page and up it', async () => {
  const at = (matrix: string, text: string): string => `${matrix} Tm ${coded(text)} Tj`;
  const layer = ['1 0 0 1 72 700', '1 0 0 1 122 700', '1 0 0 1 150 700', '1 0 0 1 172 700'].map((matrix, n) =>
    at(matrix, ['This', 'is', 'a', 'scan'][n]!),
  );
  const content = `BT 3 Tr /F 10 Tf ${layer.join(' ')} ${at('0 1 -1 0 40 300', 'margin')} ET`;
  assert.deepEqual(await linesOf(unicodePdf(content, 'Identity-H')), ['This is a scan', 'margin']);
  const inForm = makePages((file) => {
    const font = addUnicodeFont(file, 'Identity-H');
    const form = file.addStream(
      `/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F ${font} 0 R >> >>`,
      Buffer.from(content),
    );
    return [{ content: '/X Do', resources: `/XObject << /X ${form} 0 R >>` }];
  });
  assert.deepEqual(await linesOf(inForm), ['This is a scan', 'margin']);
});

test('columns of vertical writing are read from right to left', async () => {
  for (const [size, scale] of [
    [12, 1],
    [1, 12],
  ]) {
    const column = (x: number, text: string): string => `${scale} 0 0 ${scale} ${x} 700 Tm ${coded(text)} Tj`;
    const content = `BT /F ${size} Tf ${column(280, '二行目です')} ${column(300, '縦書きの文')} ${column(260, '三')} ET`;
    const bytes = unicodePdf(content, 'Identity-V');
    assert.deepEqual(await linesOf(bytes), ['縦書きの文', '二行目です', '三']);
    const [first] = await wordsOf(bytes);
    close(first!.box, [294, 142, 306, 202]);
  }
});

test('Hebrew is read from right to left, and what stands in it from left to right', async () => {
  const mixed = `${reversed('כאן')} Hello World-${reversed('ו')} 123 ${reversed('מספר')}`;
  const texts = [
    reversed('שלום עולם, זה מבחן'),
    // As it is seen, which is how it is written into a file.
    mixed,
    `An English line with ${reversed('שתי מילים')} inside`,
  ].map((text, n) => ({ text, x: 72, y: 700 - 20 * n }));
  assert.deepEqual(await linesOf(makeTextPdf([{ texts }])), [
    'שלום עולם, זה מבחן',
    'מספר 123 ו-Hello World כאן',
    'An English line with שתי מילים inside',
  ]);
  const words = ['שלום', 'עולם', 'זה'].map((text, n) => ({ text: reversed(text), x: 300 - 40 * n, y: 700 }));
  assert.deepEqual(await linesOf(makeTextPdf([{ texts: words }])), ['שלום עולם זה']);
  // As it is read, each letter left of the one before.
  const moved = 'שלום עולם'
    .split('')
    .map((letter) => `${coded(letter)} 2000`)
    .join(' ');
  const content = `BT /F 10 Tf 300 700 Td [${moved}] TJ ET`;
  assert.deepEqual(await linesOf(unicodePdf(content, 'Identity-H')), ['שלום עולם']);
});

test('what a document says that its signs mean is read in their place, in forms too', async () => {
  const content =
    'BT /F 12 Tf 72 700 Td (of) Tj /Span << /ActualText (fi) >> BDC (w) Tj EMC (ce) Tj ' +
    '0 -20 Td /Span << /ActualText (a whole phrase) >> BDC (a.w.p. of it) Tj EMC ET';
  const form = makePages((file) => {
    const form = file.addStream(
      `/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Matrix [0.5 0 0 0.5 100 50] /Resources << ${helvetica} >>`,
      Buffer.from(content),
    );
    return [{ content: '/X Do', resources: `/XObject << /X ${form} 0 R >>` }];
  });
  for (const bytes of [makePages(() => [{ content, resources: helvetica }]), form]) {
    assert.deepEqual(await linesOf(bytes), ['office', 'a whole phrase']);
    const [, a, whole, phrase] = await wordsOf(bytes);
    assert.ok(a!.box[2] < whole!.box[0] && whole!.box[2] < phrase!.box[0]);
  }
});

test('each word has the box of its letters, whatever they are', async () => {
  // Of Helvetica: i and the space are 222 and 278 wide, W 944.
  const content = 'BT /F 10 Tf 72 700 Td (iiii WW) Tj 0 -20 Td 150 Tz (WW iiii) Tj ET';
  const words = await wordsOf(makePages(() => [{ content, resources: helvetica }]));
  const across = words.map(({ box }) => [box[0], box[2]]);
  for (const [index, wanted] of [
    [72, 80.88],
    [83.66, 102.54],
    [72, 100.32],
    [104.49, 117.81],
  ].entries())
    close(across[index]!, wanted);
});

test('turned letters are as wide as others', async () => {
  const [sin, cos] = [Math.sin(Math.PI / 6), Math.cos(Math.PI / 6)].map((value) => value.toFixed(5));
  const content = `BT /F 10 Tf ${cos} ${sin} -${sin} ${cos} 100 300 Tm (Turned by thirty degrees) Tj ET`;
  const bytes = makePages(() => [{ content, resources: helvetica }]);
  assert.deepEqual(await linesOf(bytes), ['Turned by thirty degrees']);
  const reader = await openReader(bytes);
  const { runs } = await reader.read(0);
  for (const [index, run] of runs.slice(1).entries()) close([run.left - runs[index]!.right], [2.78]);
});

test('signs that are drawn by content are as large as they are, whatever their unit', async () => {
  const units = makePages((file) => {
    const glyph = file.addStream('', Buffer.from('60 0 0 0 50 70 d1 0 0 50 70 re f'));
    const font =
      `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a ${glyph} 0 R >> ` +
      '/Encoding << /Type /Encoding /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [60] >>';
    const content = 'BT /F 1 Tf 0.2 0 0 0.2 72 700 Tm (aa) Tj 0.2 0 0 0.2 110 700 Tm (aaa) Tj ET';
    return [{ content, resources: `/Font << /F ${font} >>` }];
  });
  const reader = await openReader(units);
  const { runs } = await reader.read(0);
  assert.deepEqual(
    runs.map(({ text, size, left, right }) => [text.trim(), ...[size, left, right].map(Math.round)]),
    [
      ['aa', 14, 72, 96],
      ['aaa', 14, 110, 146],
    ],
  );
});

test('what stands off the page, or is cropped away, is not read', async () => {
  const content = 'BT /F 12 Tf 72 700 Td (seen) Tj 0 -600 Td (below) Tj 900 600 Td (beside) Tj ET';
  const bytes = makePages(() => [{ content, resources: helvetica, more: '/CropBox [50 300 500 800]' }]);
  assert.deepEqual(await linesOf(bytes), ['seen']);
});

test('documents that share a PDFium are read on when it was replaced', async () => {
  const pdfium = new Pdfium();
  const readers = [
    await openReader(makePdf({ pages: 2 }), pdfium),
    await openReader(makePdf({ pages: 1, text: () => 'Other' }), pdfium),
  ] as const;
  const textOf = async (reader: (typeof readers)[number], page: number): Promise<string> =>
    (await reader.read(page)).runs.map(({ text }) => text).join('');
  assert.equal(await textOf(readers[0], 0), 'Page 1');
  pdfium.replace();
  assert.equal(await textOf(readers[0], 1), 'Page 2');
  assert.equal(await textOf(readers[1], 0), 'Other');
  await readers[0].close();
  assert.equal(await textOf(readers[0], 0), 'Page 1');
});

test('a page in units of its own is read where the page tree tells of fewer than there are', async () => {
  const page = (text: string): { content: string; resources: string; more: string } => ({
    content: `BT /F 12 Tf 72 700 Td (${text}) Tj ET`,
    resources: helvetica,
    more: '/UserUnit 2',
  });
  const honest = makePages(() => [page('first'), page('second')]).toString('latin1');
  const bytes = Buffer.from(honest.replace('/Count 2', '/Count 1'), 'latin1');
  assert.deepEqual(await linesOf(bytes), ['first']);
});
