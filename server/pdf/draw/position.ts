import type { PageView } from '../step.ts';

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

/**
 * The operand of `cm` that puts a box of this size (points, origin at its bottom left) at a position of the page,
 * upright for the reader whichever way the page is turned. `margin`: to the edges, in points.
 */
export function place(
  page: PageView,
  position: Position,
  width: number,
  height: number,
  margin: number,
): string {
  const [left, bottom, right, top] = page.box;
  const turned = page.rotate % 180 !== 0;
  const seenWidth = turned ? top - bottom : right - left;
  const seenHeight = turned ? right - left : top - bottom;
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
  return matrices[page.rotate / 90]!(x, y, page.box).map(round).join(' ');
}

/** From what the reader sees (origin at the bottom left) to the page's own coordinates, per quarter turn clockwise. */
const matrices: readonly ((x: number, y: number, box: PageView['box']) => number[])[] = [
  (x, y, [left, bottom]) => [1, 0, 0, 1, left + x, bottom + y],
  (x, y, [, bottom, right]) => [0, 1, -1, 0, right - y, bottom + x],
  (x, y, [, , right, top]) => [-1, 0, 0, -1, right - x, top - y],
  (x, y, [left, , , top]) => [0, -1, 1, 0, left + y, top - x],
];

/** Two decimals of a point are more than any printer shows, and PDF knows no exponents. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
