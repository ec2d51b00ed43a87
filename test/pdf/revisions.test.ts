import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from '../../server/pdf/source/load.ts';
import { qpdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { makePdf } from '../helpers/pdf.ts';
import { RevisedPdf } from '../helpers/revised-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

const catalog = '<< /Type /Catalog /Pages 2 0 R >>';
const tree = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const page = (contents: string, more = ''): string =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Resources << /Font << /F 5 0 R >> >> /Contents ${contents} ${more} >>`;
const shows = (text: string): string => `BT /F 20 Tf 20 200 Td (${text}) Tj ET`;
const contents = (text: string): string =>
  `<< /Length ${shows(text).length} >>\nstream\n${shows(text)}\nendstream`;
const trailer = (size: number, more = ''): string => `/Size ${size} /Root 1 0 R ${more}`;

/** What a page says after a step that changes nothing of it, in a result that two other readers take. */
async function textAfter(bytes: Buffer, way: 'append' | 'full' | 'assemble'): Promise<string> {
  const call: [string, Record<string, unknown>] =
    way === 'assemble' ? ['pages', { select: '1,1' }] : ['rotate', { degrees: 90 }];
  const { written, output } = await runSteps(bytes, call);
  assert.equal(written[0]?.way, way);
  await qpdfCheck(output);
  return (await readPdf(output)).pages[0]!.text;
}

/** Everything of a document of one page but its content, object 4. */
function begin(file: RevisedPdf, more = '') {
  return {
    1: file.object(1, catalog),
    2: file.object(2, tree),
    3: file.object(3, page('4 0 R', more)),
    5: file.object(5, font),
  };
}

test('a copy that the table does not name does not count, wherever it stands', async () => {
  const file = new RevisedPdf();
  const places = { ...begin(file), 4: file.object(4, contents('the one')) };
  file.object(4, contents('another'));
  file.object(3, page('4 0 R', '/Rotate 180'));
  file.end(file.table(places, trailer(6)));
  assert.equal(await textAfter(file.bytes(), 'append'), 'the one');
  assert.equal(await textAfter(file.bytes(), 'assemble'), 'the one');
  assert.equal(
    (await readPdf((await runSteps(file.bytes(), ['rotate', { degrees: 90 }])).output)).pages[0]!.rotate,
    90,
  );
});

test('an update counts, also where it was written before what it takes the place of', async () => {
  const file = new RevisedPdf();
  const newer = file.object(4, contents('newer'));
  const older = { ...begin(file), 4: file.object(4, contents('older')) };
  const first = file.table(older, trailer(6));
  file.end(first);
  file.end(file.table({ 4: newer }, trailer(6, `/Prev ${first}`)));
  assert.equal(await textAfter(file.bytes(), 'append'), 'newer');
});

test('a number that is used again counts in the generation that the table says', async () => {
  const file = new RevisedPdf();
  const places = {
    ...begin(file),
    3: file.object(3, page('4 1 R')),
    4: file.object(4, contents('first'), 1),
  };
  file.object(4, contents('no more'), 0);
  file.end(file.table(places, trailer(6)));
  assert.equal(await textAfter(file.bytes(), 'append'), 'first');
});

test('a deleted object is none, although it is still there', async () => {
  const link =
    '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/) >> >>';
  const file = new RevisedPdf();
  const places = {
    ...begin(file, '/Annots [6 0 R 7 0 R]'),
    4: file.object(4, contents('text')),
    6: file.object(6, link),
    7: file.object(7, link),
  };
  const first = file.table(places, trailer(8));
  file.end(first);
  assert.equal((await loadSource(file.bytes(), () => {})).facts.links, 2);
  file.end(file.table({ 6: 'free' }, trailer(8, `/Prev ${first}`)));
  const { facts, context } = await loadSource(file.bytes(), () => {});
  assert.deepEqual([facts.links, facts.clean], [1, true]);
  assert.ok(context.enumerateIndirectObjects().every(([ref]) => ref.objectNumber !== 6));
  const { output } = await runSteps(file.bytes(), ['pages', { select: '1,1' }]);
  assert.equal((await readPdf(output)).pages[0]!.links.length, 1);
});

test('of copies in object streams the one counts that the cross-reference names', async () => {
  const file = new RevisedPdf();
  const places = {
    ...file.packed(6, { 1: catalog, 2: tree, 3: page('4 0 R', '/Rotate 180'), 5: font }),
    4: file.object(4, contents('packed')),
  };
  file.packed(7, { 3: page('8 0 R'), 2: '<< /Type /Pages /Kids [] /Count 0 >>' });
  file.object(3, page('9 0 R'));
  file.end(file.xrefStream(8, places, trailer(9)));
  assert.equal(await textAfter(file.bytes(), 'append'), 'packed');
  const { output } = await runSteps(file.bytes(), ['rotate', { degrees: 90 }]);
  assert.equal((await readPdf(output)).pages[0]!.rotate, 270);
});

test('an object that left its object stream counts where it is now, and one that came into it there', async () => {
  const file = new RevisedPdf();
  const older = {
    ...file.packed(6, { 1: catalog, 2: tree, 3: page('9 0 R'), 5: font }),
    4: file.object(4, contents('moved')),
  };
  const first = file.xrefStream(7, older, trailer(8));
  file.end(first);
  const newer = { 3: file.object(3, page('4 0 R')), ...file.packed(8, { 5: font }) };
  file.end(file.xrefStream(9, newer, trailer(10, `/Prev ${first}`)));
  assert.equal(await textAfter(file.bytes(), 'append'), 'moved');
});

/** A file for readers of two ages (7.5.8.4): the table calls free what only newer ones find. */
function hybrid(): { file: RevisedPdf; start: number } {
  const file = new RevisedPdf();
  const packed = file.packed(6, {
    7: '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Dest [3 0 R /Fit] >>',
  });
  const places = { ...begin(file, '/Annots [7 0 R]'), 4: file.object(4, contents('hybrid')) };
  const hidden = file.xrefStream(8, packed, trailer(9));
  const start = file.table({ ...places, 6: 'free', 7: 'free', 8: 'free' }, trailer(9, `/XRefStm ${hidden}`));
  file.end(start);
  return { file, start };
}

test('what a hybrid file hides from old readers is found', async () => {
  const { file } = hybrid();
  const { facts } = await loadSource(file.bytes(), () => {});
  assert.deepEqual([facts.links, facts.clean], [1, true]);
  assert.equal(await textAfter(file.bytes(), 'append'), 'hybrid');
});

test('what an update of a hybrid file deletes is gone', async () => {
  const { file, start } = hybrid();
  file.end(file.table({ 7: 'free' }, trailer(9, `/Prev ${start}`)));
  assert.equal((await loadSource(file.bytes(), () => {})).facts.links, 0);
});

test('a linearized file with an update keeps what the update changed', async () => {
  const plain = makePdf({ pages: 3, links: () => [1], objectStreams: true });
  const { out } = await qpdf(plain, '--linearize', '/in.pdf', '/out.pdf');
  const once = (await runSteps(out!, ['rotate', { degrees: 90, pages: '2' }])).output;
  const { written, output } = await runSteps(once, ['rotate', { degrees: 90 }]);
  assert.equal(written[0]?.way, 'append');
  await qpdfCheck(output);
  const { pages } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ rotate, links, text }) => [rotate, links, text]),
    [
      [90, [1], 'Page 1'],
      [180, [1], 'Page 2'],
      [90, [1], 'Page 3'],
    ],
  );
});

test('where the cross-reference is wrong, the last copy counts', async () => {
  const file = new RevisedPdf();
  begin(file);
  file.object(4, contents('older'));
  file.packed(7, { 5: font, 6: 'null' });
  file.object(4, contents('newer'));
  file.text(`trailer\n<< ${trailer(8)} >>\nstartxref\n7\n%%EOF\n`);
  assert.equal(await textAfter(file.bytes(), 'full'), 'newer');
});

test('one entry that is not true makes the whole cross-reference wrong', async () => {
  const file = new RevisedPdf();
  const places = { ...begin(file), 4: file.object(4, contents('text')) };
  file.end(file.table({ ...places, 4: { at: places[4].at + 3 } }, trailer(6)));
  assert.equal(await textAfter(file.bytes(), 'full'), 'text');
});
