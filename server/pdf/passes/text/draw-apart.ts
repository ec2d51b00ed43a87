import { PDFArray, PDFName, PDFNumber, PDFRawStream, PDFStream } from 'pdf-lib';
import type { PDFContext, PDFDict, PDFObject, PDFRef } from 'pdf-lib';
import { untouched } from '../../edit/edit.ts';
import type { Source } from '../../source/load.ts';
import type { SourcePage } from '../../source/page-tree.ts';
import { toBox, viewPage } from '../../source/page-view.ts';
import type { ShownAnnotation } from '../../source/shown-annotations.ts';
import { writeFull } from '../../write/full.ts';
import { memorySink } from '../../write/memory-sink.ts';
import type { Box } from '../../model/page.ts';

/** A document that has the page once for each annotation, with nothing but that on it. */
export async function drawApart(
  source: Source,
  page: SourcePage,
  annotations: readonly ShownAnnotation[],
): Promise<Buffer> {
  const edited = untouched(source, '');
  const { draft } = edited;
  const { context } = draft;
  const stream = (data: string): PDFRef =>
    context.register(PDFRawStream.of(context.obj({}), Buffer.from(data, 'latin1')));
  const { sheet, box, rotate, unit } = viewPage(source, page);
  const inUnits = (corners: Box): number[] => corners.map((side) => side / unit);
  const tree = context.nextRef();
  const font = context.register(makeFont(context, stream(identity)));
  const kids = annotations.map(({ rect, appearance, text }) =>
    context.register(
      context.obj({
        Type: 'Page',
        Parent: tree,
        MediaBox: inUnits(sheet),
        CropBox: inUnits(box),
        Rotate: rotate,
        UserUnit: unit,
        Resources: { Font: { F: font }, XObject: appearance ? { A: appearance } : {} },
        Contents: stream(appearance ? placed(draft.resolve(appearance), rect) : written(text, rect)),
      }),
    ),
  );
  context.assign(tree, context.obj({ Type: 'Pages', Count: kids.length, Kids: kids }));
  const root = context.register(context.obj({ Type: 'Catalog', Pages: tree }));
  const sink = memorySink([]);
  await writeFull({ ...edited, root, info: undefined }, sink, () => {});
  return sink.bytes();
}

/** So that the box around the form, as its matrix turns it, fills the rectangle (ISO 32000-1, 12.5.5). */
function placed(form: PDFObject | undefined, [left, bottom, right, top]: Box): string {
  if (!(form instanceof PDFStream)) return '';
  const box = toBox(form.dict.lookup(PDFName.of('BBox')));
  if (!box) return '';
  const [a, b, c, d, e, f] = matrixOf(form);
  const corners = [
    [box[0], box[1]],
    [box[2], box[1]],
    [box[2], box[3]],
    [box[0], box[3]],
  ].map(([x, y]) => [a * x! + c * y! + e, b * x! + d * y! + f] as const);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - x, Math.max(...ys) - y];
  if (!(width > 0 && height > 0)) return '';
  const [across, up] = [(right - left) / width, (top - bottom) / height];
  return `q ${[across, 0, 0, up, left - across * x, bottom - up * y].map(decimal).join(' ')} cm /A Do Q`;
}

function matrixOf(form: PDFStream): [number, number, number, number, number, number] {
  const matrix = form.dict.lookup(PDFName.of('Matrix'));
  const items = matrix instanceof PDFArray ? matrix.asArray().map((_, index) => matrix.lookup(index)) : [];
  const [a, b, c, d, e, f] = items.map((item) => (item instanceof PDFNumber ? item.asNumber() : 0));
  return f === undefined ? [1, 0, 0, 1, 0, 0] : [a!, b!, c!, d!, e!, f];
}

/** As parts of the font size, and in points. */
const leading = 1.2;
const largest = 12;

/** What a viewer writes into a rectangle by itself, from its top, as large as there is room for; somewhat like it. */
function written(text: string, [left, bottom, , top]: Box): string {
  const lines = text.split(/\r\n|\r|\n/);
  const size = Math.min(largest, (top - bottom) / (leading * lines.length));
  const shown = lines.map((line, index) => {
    const y = top - size * (1 + leading * index);
    return `1 0 0 1 ${decimal(left)} ${decimal(y)} Tm <${Buffer.from(line, 'utf16le').swap16().toString('hex')}> Tj`;
  });
  return `BT /F ${decimal(size)} Tf ${shown.join(' ')} ET`;
}

/** A font of which nothing is known but what its codes mean: each is its own character. */
function makeFont(context: PDFContext, meanings: PDFRef): PDFDict {
  return context.obj({
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: 'Helvetica',
    Encoding: 'Identity-H',
    ToUnicode: meanings,
    DescendantFonts: [
      {
        Type: 'Font',
        Subtype: 'CIDFontType2',
        BaseFont: 'Helvetica',
        CIDSystemInfo: { Registry: 'Adobe', Ordering: 'Identity', Supplement: 0 },
        DW: 500,
        FontDescriptor: { Type: 'FontDescriptor', FontName: 'Helvetica', Flags: 32 },
      },
    ],
  });
}

const identity =
  '/CIDInit /ProcSet findresource begin begincmap /CMapName /X def 1 begincodespacerange <0000> <ffff> endcodespacerange ' +
  '1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end';

function decimal(value: number): string {
  return value.toFixed(5);
}
