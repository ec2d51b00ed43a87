import type { Bitmap } from '../images/renderer.ts';

/** Samples of eight bits, 0 is black, from the top left, row by row. */
export interface GrayImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * A picture in gray, as print is read best. One that is full of dots, as the screen of a printed photograph, is drawn
 * smaller, until they are lost in each other: each of them would be looked at as a letter, for minutes.
 * @returns undefined where there is nothing to be seen
 */
export function toGray(bitmap: Bitmap): GrayImage | undefined {
  let image = grayOf(bitmap);
  for (let edges = edgesIn(image); edges === 0 || edges > mostEdges; edges = edgesIn(image)) {
    if (edges === 0) return undefined;
    image = halved(image);
  }
  return image;
}

/** Of all pixels. On a page full of print of four points they are fewer. */
const mostEdges = 0.09;
/** Of 255, between the darkest and the brightest pixel: less is the grain of a scanner. */
const leastContrast = 24;

/** What a person would call the brightness of each pixel (ITU-R BT.601). */
function grayOf({ data, width, height }: Bitmap): GrayImage {
  const gray = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < gray.length; at += 1, from += 4)
    gray[at] = (77 * data[from]! + 150 * data[from + 1]! + 29 * data[from + 2]!) >> 8;
  return { data: gray, width, height };
}

/** Pixels, of all, beside which one of the other kind stands, of dark and bright. */
function edgesIn({ data }: GrayImage): number {
  let [darkest, brightest] = [255, 0];
  for (const value of data) {
    if (value < darkest) darkest = value;
    if (value > brightest) brightest = value;
  }
  if (brightest - darkest < leastContrast) return 0;
  const middle = (darkest + brightest) / 2;
  let edges = 0;
  for (let at = 1; at < data.length; at += 1) if (data[at - 1]! > middle !== data[at]! > middle) edges += 1;
  return edges / data.length;
}

function halved({ data, width: before, height: rows }: GrayImage): GrayImage {
  const [width, height] = [before >> 1, rows >> 1];
  const half = new Uint8Array(width * height);
  for (let row = 0, at = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1, at += 1) {
      const from = 2 * (row * before + column);
      half[at] = (data[from]! + data[from + 1]! + data[from + before]! + data[from + before + 1]!) >> 2;
    }
  return { data: half, width, height };
}
