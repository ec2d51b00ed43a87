import { PDFArray, PDFName, PDFNumber } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from './load.ts';
import { numberAt } from './objects.ts';
import type { SourcePage } from './page-tree.ts';
import type { VirtualPage } from '../model/document.ts';
import type { Box, PageView } from '../model/page.ts';

/** US Letter: what viewers take where a page says nothing. */
const letter: Box = [0, 0, 612, 792];

/** What a page looks like before any step. @param source that it is of */
export function viewOf(source: Source, { page, blank }: VirtualPage): PageView {
  return blank?.view ?? viewPage(source, source.pages[page]!);
}

/** The same of a source's own page. */
export function viewPage(source: Source, page: SourcePage): PageView {
  const valueOf = (key: PDFName): PDFObject | undefined =>
    source.context.lookup(page.node.get(key) ?? page.inherited.get(key));
  const unit = userUnit(page);
  const inPoints = (box: Box): Box => box.map((side) => side * unit) as unknown as Box;
  const media = toBox(valueOf(PDFName.MediaBox)) ?? letter;
  const crop = toBox(valueOf(PDFName.CropBox));
  const rotate = valueOf(PDFName.Rotate);
  const degrees = rotate instanceof PDFNumber ? rotate.asNumber() : 0;
  return {
    box: inPoints((crop && intersection(crop, media)) ?? media),
    sheet: inPoints(media),
    rotate: degrees % 90 === 0 ? ((degrees % 360) + 360) % 360 : 0,
    unit,
  };
}

/** Points of a unit of the page's content (ISO 32000-1, table 30). */
export function userUnit({ node }: SourcePage): number {
  const unit = numberAt(node, 'UserUnit') ?? 1;
  return unit > 0 && Number.isFinite(unit) ? unit : 1;
}

/** Any two opposite corners make a box (ISO 32000-1, 7.9.5). */
export function toBox(value: PDFObject | undefined): Box | undefined {
  if (!(value instanceof PDFArray) || value.size() !== 4) return undefined;
  const corners = [0, 1, 2, 3].map((index) => {
    const corner = value.lookup(index);
    return corner instanceof PDFNumber ? corner.asNumber() : Number.NaN;
  });
  const [a, b, c, d] = corners as [number, number, number, number];
  const box: Box = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  return box.every(Number.isFinite) && box[0] < box[2] && box[1] < box[3] ? box : undefined;
}

function intersection(a: Box, b: Box): Box | undefined {
  const box: Box = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  return box[0] < box[2] && box[1] < box[3] ? box : undefined;
}
