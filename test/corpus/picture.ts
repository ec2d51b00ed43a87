/** How a page looks, in grey: a byte for each pixel, rows from the top. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A part of a page as it is read, in shares of its width and height. */
export type Part = readonly [left: number, top: number, right: number, bottom: number];

const whole: Part = [0, 0, 1, 1];

/** Grey levels by which two pixels must differ to be told apart; coders of pictures and rounding stay below it. */
const seen = 40;
/** Pixels: edges that were drawn at another fraction of a pixel even out over a square of so many. */
const square = 24;
/** Grey levels by which two squares must differ: thin lines are drawn thicker or thinner as they fall. */
const seenInSquare = 40;

/** A quarter turn clockwise. */
export function turned({ width, height, data }: Picture): Picture {
  const result = { width: height, height: width, data: new Uint8Array(data.length) };
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) result.data[x * height + (height - 1 - y)] = data[y * width + x]!;
  return result;
}

/** What of a picture is within a part of it. */
export function cut(picture: Picture, part: Part): Picture {
  const [left, top, right, bottom] = pixels(picture, part);
  const rows = Array.from({ length: bottom - top }, (_, row) => {
    const start = (top + row) * picture.width;
    return picture.data.subarray(start + left, start + right);
  });
  return { width: right - left, height: bottom - top, data: Buffer.concat(rows) };
}

/** As large as another, each pixel from the nearest one. */
export function scaled({ width, height, data }: Picture, to: Omit<Picture, 'data'>): Picture {
  const result = { width: to.width, height: to.height, data: new Uint8Array(to.width * to.height) };
  for (let y = 0, at = 0; y < to.height; y += 1) {
    const row = Math.floor(((y + 0.5) * height) / to.height) * width;
    for (let x = 0; x < to.width; x += 1, at += 1)
      result.data[at] = data[row + Math.floor(((x + 0.5) * width) / to.width)]!;
  }
  return result;
}

/** Whether their sides have the same proportion, give or take a pixel of rounding. */
export function areAlike(one: Picture, other: Picture): boolean {
  const factor = Math.max(other.width, other.height) / Math.max(one.width, one.height);
  return (
    Math.abs(one.width * factor - other.width) <= 1 + factor &&
    Math.abs(one.height * factor - other.height) <= 1 + factor
  );
}

/** Share of the pixels within a part that differ so that it can be seen. Both are of one size. */
export function changed(one: Picture, other: Picture, part: Part = whole): number {
  const [left, top, right, bottom] = pixels(one, part);
  let count = 0;
  for (let y = top; y < bottom; y += 1)
    for (let x = left, at = y * one.width + left; x < right; x += 1, at += 1)
      if (Math.abs(one.data[at]! - other.data[at]!) > seen) count += 1;
  return count / Math.max(1, (right - left) * (bottom - top));
}

/** The same, for pictures that were not drawn pixel by pixel alike: share of the squares. */
export function changedSquares(one: Picture, other: Picture): number {
  let [count, differ] = [0, 0];
  for (let top = 0; top < one.height; top += square)
    for (let left = 0; left < one.width; left += square) {
      const at = [left, top, left + square, top + square] as const;
      count += 1;
      if (Math.abs(meanOf(one, at) - meanOf(other, at)) > seenInSquare) differ += 1;
    }
  return differ / Math.max(1, count);
}

/** Whether there is nothing on it. */
export function isBlank({ data }: Picture): boolean {
  return data.every((value) => Math.abs(value - data[0]!) <= seen);
}

/** A picture in the format PGM, as `pdftoppm -gray` writes it. */
export function readPgm(bytes: Buffer): Picture {
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 60)) ?? [];
  if (head === undefined) throw new Error('not a PGM');
  return { width: Number(width), height: Number(height), data: bytes.subarray(head.length) };
}

function meanOf({ width, height, data }: Picture, [left, top, right, bottom]: Part): number {
  let sum = 0;
  const [endX, endY] = [Math.min(right, width), Math.min(bottom, height)];
  for (let y = top; y < endY; y += 1) for (let x = left; x < endX; x += 1) sum += data[y * width + x]!;
  return sum / ((endX - left) * (endY - top));
}

function pixels({ width, height }: Picture, [left, top, right, bottom]: Part): Part {
  const within = (share: number, whole: number): number =>
    Math.round(Math.min(1, Math.max(0, share)) * whole);
  return [within(left, width), within(top, height), within(right, width), within(bottom, height)];
}
