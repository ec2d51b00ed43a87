import type { Box, PageView } from '../../model/page.ts';

/** Where on the page, as its reader sees it. */
export const positions = [
  'TOP_LEFT',
  'TOP_CENTER',
  'TOP_RIGHT',
  'CENTER_LEFT',
  'CENTER',
  'CENTER_RIGHT',
  'BOTTOM_LEFT',
  'BOTTOM_CENTER',
  'BOTTOM_RIGHT',
] as const;

export type Position = (typeof positions)[number];

/** A size or a place in points, from the bottom left corner of the page as its reader sees it. */
export type Pair = readonly [x: number, y: number];

/** Where the bottom left corner of a box of this size is, at a position. `margin`: to the edges, in points. */
export function cornerAt(page: PageView, position: Position, [width, height]: Pair, margin: number): Pair {
  const [seenWidth, seenHeight] = sizeAsSeen(page);
  const x = position.endsWith('LEFT')
    ? margin
    : position.endsWith('RIGHT')
      ? seenWidth - margin - width
      : (seenWidth - width) / 2;
  const y = position.startsWith('BOTTOM')
    ? margin
    : position.startsWith('TOP')
      ? seenHeight - margin - height
      : (seenHeight - height) / 2;
  return [x, y];
}

/** Width and height of the page as its reader sees it, in points. */
export function sizeAsSeen({ box: [left, bottom, right, top], rotate }: PageView): [number, number] {
  return rotate % 180 === 0 ? [right - left, top - bottom] : [top - bottom, right - left];
}

/** A box as the reader sees it (origin at the bottom left of the page) in the page's own coordinates. */
export function boxOnPage(page: PageView, [left, bottom, right, top]: Box): Box {
  const toPage = matrices[page.rotate / 90]!;
  const [, , , , x1, y1] = toPage(left, bottom, page.box).map(round);
  const [, , , , x2, y2] = toPage(right, top, page.box).map(round);
  return [Math.min(x1!, x2!), Math.min(y1!, y2!), Math.max(x1!, x2!), Math.max(y1!, y2!)];
}

/** The operands of `cm` that make this place the origin, upright for the reader whichever way the page is turned. */
export function originAt({ box, rotate }: PageView, [x, y]: Pair): string {
  return matrices[rotate / 90]!(x, y, box).map(round).join(' ');
}

/** From what the reader sees to the page's own coordinates, per quarter turn clockwise. */
const matrices: readonly ((x: number, y: number, box: Box) => number[])[] = [
  (x, y, [left, bottom]) => [1, 0, 0, 1, left + x, bottom + y],
  (x, y, [, bottom, right]) => [0, 1, -1, 0, right - y, bottom + x],
  (x, y, [, , right, top]) => [-1, 0, 0, -1, right - x, top - y],
  (x, y, [left, , , top]) => [0, -1, 1, 0, left + y, top - x],
];

/** Two decimals of a point are more than any printer shows, and PDF knows no exponents. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
