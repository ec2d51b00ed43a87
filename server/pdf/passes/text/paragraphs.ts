import { median } from './columns.ts';
import type { Line } from './layout.ts';

export interface Paragraph {
  lines: Line[];
  /** What a list's item begins with, as `•` or `12.`. */
  marker: string | undefined;
}

/** Lines that belong together, by the space between them, by their indents and by what they end with. */
export function paragraphsOf(lines: readonly Line[]): Paragraph[] {
  const steps = lines.slice(1).map((line, index) => line.baseline - lines[index]!.baseline);
  const leading = median(steps.filter((step) => step > 0));
  const paragraphs: Paragraph[] = [];
  for (const line of lines) {
    const marker = markers.exec(line.text)?.[1];
    const last = paragraphs.at(-1);
    if (last && marker === undefined && continues(last, line, leading)) last.lines.push(line);
    else paragraphs.push({ lines: [line], marker });
  }
  return paragraphs;
}

/** The lines as one, words that were broken at a line's end made whole. */
export function joined({ lines }: Paragraph): string {
  return lines.reduce((text, line) => {
    if (text === '') return line.text;
    const broken = /\p{L}[-\u00AD\u2010]$/u.test(text) && /^\p{Ll}/u.test(line.text);
    return broken ? text.slice(0, -1) + line.text : `${text} ${line.text}`;
  }, '');
}

/** Symbol fonts have their bullets in the private area. */
const markers = /^([•◦▪‣●○■–*\uF0A7\uF0B7-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+\S/;

/* As parts of the font size, or of the distance between lines. */
const otherSize = 0.15;
const paragraphGap = 1.25;
const indent = 0.8;
/** Of the line that follows: had the line not been its paragraph's last, there would have been room for a word. */
const shortLine = 0.25;

function continues({ lines, marker }: Paragraph, line: Line, leading: number): boolean {
  const last = lines.at(-1)!;
  const { size } = last;
  if (Math.abs(line.size - size) > otherSize * size) return false;
  const step = line.baseline - last.baseline;
  // The next column.
  if (step <= 0) return !/[.!?:]["”»)]?$/.test(last.text) && /^\p{Ll}/u.test(line.text);
  if (step > paragraphGap * Math.max(leading, 1.2 * size)) return false;
  const isShort = line.right - last.right > shortLine * (line.right - line.left);
  if (isShort && /[.!?:]$/.test(last.text)) return false;
  const isCentred = Math.abs(line.left + line.right - last.left - last.right) < size;
  if (isCentred) return true;
  if (line.left - last.left > indent * size) return marker !== undefined && lines.length === 1;
  return last.left - line.left <= indent * size || (marker === undefined && lines.length === 1);
}
