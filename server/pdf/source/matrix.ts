import { PDFArray, PDFNumber } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';

/** `[a b c d e f]`: from `(x, y)` to `(ax + cy + e, bx + dy + f)` (ISO 32000-1, 8.3.3). */
export type Matrix = readonly [number, number, number, number, number, number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** `first`, and then `second` (8.3.4). */
export function multiply([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l];
}

/** What is no matrix changes nothing. */
export function toMatrix(value: PDFObject | undefined): Matrix {
  const numbers = value instanceof PDFArray ? value.asArray().map((_, index) => value.lookup(index)) : [];
  const [a, b, c, d, e, f] = numbers.map((number) =>
    number instanceof PDFNumber ? number.asNumber() : Number.NaN,
  );
  return f === undefined ? identity : [a!, b!, c!, d!, e!, f];
}
