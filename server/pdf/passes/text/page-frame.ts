import type { Calls, Pointer } from './pdfium-calls.ts';

/** `x' = ax + cy + e`, `y' = bx + dy + f`. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A page as shown; sizes in points. */
export interface PageFrame {
  width: number;
  height: number;
  /** Degrees, clockwise. */
  rotation: number;
  /** From the page's own coordinates to points from the top left of the page as shown. */
  shown: Matrix;
}

/** @param unit points of a unit of the page's content, of which PDFium does not know */
export function frameOf(calls: Calls, page: Pointer, unit: number): PageFrame {
  const room = calls.malloc(16);
  calls.FPDF_GetPageBoundingBox(page, room);
  const box = Array.from(new Float32Array(calls.memory.buffer, room, 4), (side) => side * unit);
  calls.free(room);
  const [left, top, right, bottom] = box as [number, number, number, number];
  const [wide, high] = [right - left, top - bottom];
  switch (calls.FPDFPage_GetRotation(page)) {
    case 1:
      return { width: high, height: wide, rotation: 90, shown: [0, unit, unit, 0, -bottom, -left] };
    case 2:
      return { width: wide, height: high, rotation: 180, shown: [-unit, 0, 0, unit, right, -bottom] };
    case 3:
      return { width: high, height: wide, rotation: 270, shown: [0, -unit, -unit, 0, top, right] };
    default:
      return { width: wide, height: high, rotation: 0, shown: [unit, 0, 0, -unit, -left, top] };
  }
}

/** First the one, then the other. */
export function after([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l];
}

/** The point that becomes this one; the origin where all become the same. */
export function inverse([a, b, c, d, e, f]: Matrix, x: number, y: number): [x: number, y: number] {
  const determinant = a * d - b * c;
  if (determinant === 0) return [0, 0];
  return [(d * (x - e) - c * (y - f)) / determinant, (a * (y - f) - b * (x - e)) / determinant];
}
