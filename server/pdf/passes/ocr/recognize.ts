import type { Bitmap } from '../images/renderer.ts';
import { type GrayImage, toGray } from './gray-image.ts';
import { straighten } from './straighten.ts';
import type { PrintedLine, Tesseract } from './tesseract.ts';
import type { Line, Straightened } from './text-layer.ts';

export interface Recognized extends Straightened {
  lines: Line[];
  /** Of 100. */
  confidence: number;
}

/**
 * Reads a picture of a page, upright, whichever way its print stands.
 * @param onProgress takes the share done
 * @returns undefined where there are no words, or what looks like them is hardly any
 */
export function recognize(
  bitmap: Bitmap,
  dpi: number,
  tesseract: Tesseract,
  onProgress: (share: number) => void,
): Recognized | undefined {
  const drawn = toGray(bitmap);
  if (!drawn) return undefined;
  const see = (image: GrayImage): void =>
    tesseract.see(image, Math.round((dpi * drawn.width) / bitmap.width));
  see(drawn);
  let angle = (tesseract.turns() * Math.PI) / 2;
  onProgress(0.1);
  let straight = straighten(drawn, angle);
  if (angle !== 0) see(straight);
  const skew = tesseract.skew();
  onProgress(0.2);
  if (Math.abs(skew) * Math.max(straight.width, straight.height) > leastShift) {
    angle += skew;
    straight = straighten(drawn, angle);
    see(straight);
  }
  const lines = tesseract.read((share) => onProgress(0.2 + 0.8 * share));
  const confidence = confidenceIn(lines);
  if (!(confidence >= leastLikely)) return undefined;
  return { drawn, straight, angle, confidence, lines: lines.map(toLine) };
}

/** Of 100: below that there are no words, but grain, or the strokes of a picture. */
const leastLikely = 35;

/** Pixels from one side of the page to the other, below which lines are as good as straight. */
const leastShift = 4;

/** Of the letters, on average; not a number where there are none. */
function confidenceIn(lines: readonly PrintedLine[]): number {
  const words = lines.flatMap((line) => line.words);
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  return words.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0) / letters;
}

function toLine({ baseline, ascent, words }: PrintedLine): Line {
  const [dx, dy] = [baseline.x1 - baseline.x0, baseline.y1 - baseline.y0];
  const turns = Math.abs(dx) >= Math.abs(dy) ? (dx < 0 ? 2 : 0) : dy < 0 ? 3 : 1;
  const [, first] = turnBack(baseline.x0, baseline.y0, turns);
  const [, last] = turnBack(baseline.x1, baseline.y1, turns);
  return {
    turns,
    baseline: (first + last) / 2,
    ascent,
    words: words.map(({ text, box }) => {
      const [one] = turnBack(box.x0, box.y0, turns);
      const [other] = turnBack(box.x1, box.y1, turns);
      return { text, from: Math.min(one, other), to: Math.max(one, other) };
    }),
  };
}

/** A place as it would be if the picture were turned counter-clockwise about its corner, by quarters. */
function turnBack(x: number, y: number, turns: number): readonly [along: number, down: number] {
  return (
    [
      [x, y],
      [y, -x],
      [-x, -y],
      [-y, x],
    ] as const
  )[turns]!;
}
