import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from '../../server/pdf/source/load.ts';
import { nameAt } from '../../server/pdf/source/objects.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import { RevisedPdf } from '../helpers/revised-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

/** Each way of writing, by a step that leaves a page's own entries alone. */
const ways: Record<string, [step: string, options: Record<string, unknown>]> = {
  append: ['rotate', { degrees: 90 }],
  full: ['metadata', { strip: true }],
  assemble: ['pages', { select: '1,1' }],
  smaller: ['optimize', {}],
};

const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

/** The first page as qpdf reads it, references followed; its names are what they mean. */
async function pageOf(bytes: Buffer): Promise<Record<string, unknown>> {
  const objects = await qpdfObjects(bytes);
  const follow = (value: unknown, depth: number): unknown => {
    const known =
      typeof value === 'string' && / \d+ R$/.test(value)
        ? (objects[`obj:${value}`]?.value ?? objects[`obj:${value}`]?.stream?.dict)
        : value;
    if (typeof known !== 'object' || known === null || depth > 8) return known;
    if (Array.isArray(known)) return known.map((item) => follow(item, depth + 1));
    const kept = Object.entries(known).filter(([key]) => key !== '/Parent' && key !== '/P');
    return Object.fromEntries(kept.map(([key, item]) => [key, follow(item, depth + 1)]));
  };
  const catalog = follow(objects.trailer?.value, 0) as { '/Root': { '/Pages': { '/Kids': unknown[] } } };
  return catalog['/Root']['/Pages']['/Kids'][0] as Record<string, unknown>;
}

for (const [way, step] of Object.entries(ways)) {
  test(`${way}: fonts are found by names with escapes in them, of both cases`, async () => {
    const names = ['F#2341', 'F#23zz', 'F#c3#a9', 'F#e9', 'F#E8', 'A#20B', '#41#42', 'C#2f', '#23'];
    const source = makePages((file) => {
      const ref = `${file.add(font)} 0 R`;
      const content = names
        .map((name, at) => `BT /${name} 9 Tf 20 ${20 * at} Td (text ${at}) Tj ET`)
        .join(' ');
      return [{ content, resources: `/Font << ${names.map((name) => `/${name} ${ref}`).join(' ')} >>` }];
    });
    const { output } = await runSteps(source, step);
    const { pages } = await readPdf(output);
    assert.deepEqual(
      pages[0]!.items.map(({ text }) => text).toSorted(),
      names.map((_, at) => `text ${at}`).toSorted(),
    );
    const fonts = (page: Record<string, unknown>): string[] =>
      Object.keys((page['/Resources'] as { '/Font': object })['/Font']).toSorted();
    assert.deepEqual(fonts(await pageOf(output)), fonts(await pageOf(source)));
  });

  test(`${way}: names of any bytes mean the same as before, as keys and as values`, async () => {
    const bytes = Array.from({ length: 255 }, (_, index) => index + 1);
    const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
    const entries = bytes.map((byte) => `/K#${hex(byte)} /#${hex(byte).toUpperCase()}#${hex(byte)}`);
    const more = `/Octavo << ${entries.join(' ')} / /#20 /Empty / /Twice#2341 [/#2341 /#232341] >>`;
    const source = makePages(() => [{ content: 'q Q', more }]);
    const { output } = await runSteps(source, step);
    await qpdfCheck(output);
    const [before, after] = [await pageOf(source), await pageOf(output)];
    assert.equal(Object.keys(before['/Octavo'] as object).length, 258);
    assert.deepEqual(after['/Octavo'], before['/Octavo']);
  });
}

test('a # that begins no escape is one itself', async () => {
  const source = makePages((file) => [
    { content: 'BT /F#z 20 Tf 20 20 Td (stray) Tj ET', resources: `/Font << /F#z ${file.add(font)} 0 R >>` },
  ]);
  const { output } = await runSteps(source, ways.assemble!);
  assert.equal((await readPdf(output)).pages[0]!.text, 'stray');
});

test('names that mean the same are one name', async () => {
  const source = makePages((file) => [
    {
      content: 'BT /F1 20 Tf 20 20 Td (one) Tj /F#32 20 Tf 0 20 Td (two) Tj ET',
      resources: `/Font << /F#31 ${file.add(font)} 0 R /F2 ${file.add(font)} 0 R >>`,
      more: '/#54est /first /Test /sec#6Fnd',
    },
  ]);
  const { pages } = await loadSource(source, () => {});
  assert.equal(nameAt(pages[0]!.node, 'Test'), 'second');
  const { output } = await runSteps(source, ways.assemble!);
  assert.equal((await readPdf(output)).pages[0]!.text, 'one two');
  assert.equal((await pageOf(output))['/Test'], '/second');
});

/** A form with a check box of such a state, a text field in such a font, a link and a tag by such names. */
function formWith(name: string, state: string, baseFont: string): Buffer {
  const file = new RevisedPdf();
  const body = 'q Q';
  const places = {
    1: file.object(
      1,
      `<< /Type /Catalog /Pages 2 0 R /Dests << /${name} [3 0 R /Fit] >> /StructTreeRoot 11 0 R /MarkInfo << /Marked true >>` +
        ` /AcroForm << /Fields [5 0 R 6 0 R] /DA (/${name} 9 Tf) /DR << /Font << /${name} 9 0 R >> >> >> >>`,
    ),
    2: file.object(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    3: file.object(
      3,
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Resources << >> /Contents 4 0 R /Annots [5 0 R 6 0 R 7 0 R] /StructParents 0 >>',
    ),
    4: file.stream(4, body),
    5: file.object(
      5,
      `<< /Type /Annot /Subtype /Widget /Rect [9 9 19 19] /FT /Btn /T (box) /V /${state} /AS /${state} /AP << /N << /${state} 8 0 R /Off 10 0 R >> >> >>`,
    ),
    6: file.object(
      6,
      `<< /Type /Annot /Subtype /Widget /Rect [9 29 99 39] /FT /Tx /T (line) /DA (/${name} 9 Tf) >>`,
    ),
    7: file.object(7, `<< /Type /Annot /Subtype /Link /Rect [9 49 19 59] /Dest /${name} >>`),
    8: file.stream(8, body, '/Type /XObject /Subtype /Form /BBox [0 0 9 9]'),
    9: file.object(9, `<< /Type /Font /Subtype /Type1 /BaseFont /${baseFont} >>`),
    10: file.stream(10, body, '/Type /XObject /Subtype /Form /BBox [0 0 9 9]'),
    11: file.object(
      11,
      `<< /Type /StructTreeRoot /K 12 0 R /RoleMap << /${name} /P >> /ParentTree << /Nums [0 [12 0 R]] >> >>`,
    ),
    12: file.object(12, `<< /Type /StructElem /S /${name} /P 11 0 R /Pg 3 0 R /K 0 >>`),
  };
  file.end(file.table(places, '/Size 13 /Root 1 0 R'));
  return file.bytes();
}

test('choices, appearances, destinations and tags keep their names, also where two documents are joined', async () => {
  const [one, two] = [formWith('F#2341', 'On#2342', 'Times-Roman'), formWith('F#2341', 'On#2342', 'Courier')];
  for (const [inputs, step] of [
    [{ 'one.pdf': one }, ways.append!],
    [{ 'one.pdf': one }, ways.full!],
    [{ 'one.pdf': one }, ways.assemble!],
    [{ 'one.pdf': one }, ways.smaller!],
    [{ 'one.pdf': one, 'two.pdf': two }, ['merge', {}] as (typeof ways)[string]],
  ] as const) {
    const { output } = await runSteps(inputs, step);
    await qpdfCheck(output);
    const objects = Object.values(await qpdfObjects(output));
    const dicts = objects.flatMap(({ value }) =>
      typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [],
    );
    const boxes = dicts.filter((dict) => dict['/AS'] !== undefined);
    assert.equal(boxes.length, step[0] === 'pages' ? boxes.length : Object.keys(inputs).length);
    for (const box of boxes) {
      assert.equal(box['/AS'], '/On#42');
      assert.deepEqual(Object.keys((box['/AP'] as { '/N': object })['/N']), ['/Off', '/On#42']);
    }
    const form = dicts
      .map((dict) => dict['/AcroForm'] ?? dict)
      .find((dict) => (dict as Record<string, unknown>)['/DR']);
    const resources = (form as { '/DR': { '/Font': object } })['/DR'];
    const fonts = Object.keys(resources['/Font']).toSorted();
    assert.deepEqual(fonts, step[0] === 'merge' ? ['/F#41', '/F#41-2'] : ['/F#41']);
    const used = dicts
      .filter((dict) => dict['/DA'] !== undefined && !dict['/Fields'])
      .map((dict) => dict['/DA']);
    assert.deepEqual(
      [...new Set(used.map((text) => String(text).replace('#23', '#')))].toSorted(),
      fonts.map((name) => `u:${name} 9 Tf`),
    );
    const { pages } = await readPdf(output);
    assert.deepEqual(pages[0]!.links, [1], step[0]);
    if (step[0] === 'merge') assert.deepEqual(pages[1]!.links, [2]);
    const tags = dicts.filter((dict) => dict['/Type'] === '/StructElem').map((dict) => dict['/S']);
    assert.ok(tags.length > 0 && tags.every((tag) => tag === '/F#41'), String(tags));
    const roles = dicts.map((dict) => dict['/RoleMap']).find(Boolean);
    assert.deepEqual(roles, { '/F#41': '/P' });
  }
});
