import { capHeight } from './fonts.ts';
import { setLine } from './line-of-text.ts';
import { TextPen } from './text-pen.ts';

export const alignments = ['LEFT', 'CENTER', 'RIGHT'] as const;

export type Alignment = (typeof alignments)[number];

/** Lines of text, to be drawn in any size. */
export interface SetText {
  /** In parts of the font size. */
  width: number;
  /** From the base of the last line to the capitals of the first. */
  height: number;
  /** What stands between `BT` and `ET`, but for the colour; the origin is where the last line begins, were it the longest. */
  operators(size: number): string;
}

/** From one line to the next, in thousandths of the font size: what Noto Sans asks for. */
const leading = 1_362;

const shares: Record<Alignment, number> = { LEFT: 0, CENTER: 0.5, RIGHT: 1 };

/** @param text lines, each in the direction of its first letter */
export async function setText(text: string, alignment: Alignment = 'LEFT'): Promise<SetText> {
  const lines = await Promise.all(linesOf(text).map((line) => setLine(line, text)));
  const width = Math.max(...lines.map((line) => line.width));
  return {
    width: width / 1_000,
    height: ((lines.length - 1) * leading) / 1_000 + capHeight,
    operators(size) {
      const pen = new TextPen(size);
      for (const [index, line] of lines.entries()) {
        const left = (width - line.width) * shares[alignment];
        const up = (lines.length - 1 - index) * leading;
        for (const run of line.runs) pen.draw(run, left + run.left, up);
      }
      return pen.operators;
    },
  };
}

/** Without the empty ones at the end, which nobody means. */
export function linesOf(text: string): string[] {
  return text.replace(/[\r\n]+$/, '').split(/\r?\n/);
}
