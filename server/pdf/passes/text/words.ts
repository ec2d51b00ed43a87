import type { Origin, Run } from './text-run.ts';

/** Upright, as its run. */
export interface PlacedWord {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
  of: Origin | undefined;
}

/** As a part of the font size: the narrowest space between words that is no character of its own. */
const narrowestSpace = 0.15;

/** The words of one line, in the order in which they are read. A word may be made of several runs. */
export function wordsOf(row: readonly Run[]): PlacedWord[] {
  const words: PlacedWord[] = [];
  let before: Run | undefined;
  let last: Stretch | undefined;
  for (const stretch of inReadingOrder(row)) {
    for (const [index, run] of stretch.runs.entries()) {
      if (before && isShadow(run, before)) continue;
      // Where the direction changes, what is read next may stand at the other end of its stretch.
      const gap = index === 0 ? gapBetween(stretch, last) : gapBetween(run, before);
      const hasSpace = index > 0 && before?.text.endsWith(' ');
      if (gap > narrowestSpace * run.size || hasSpace || run.of !== before?.of) words.push(wordOf(run));
      else extend(words.at(-1)!, run);
      before = run;
    }
    last = stretch;
  }
  return words;
}

type Span = Pick<Run, 'left' | 'right'>;

function gapBetween(span: Span, other: Span | undefined): number {
  return other ? Math.max(span.left - other.right, other.left - span.right) : Infinity;
}

/** Runs that are written in one direction. */
interface Stretch extends Span {
  runs: Run[];
}

/** Of runs from left to right; those of a line that is mostly written to the left from right to left. */
function inReadingOrder(row: readonly Run[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const run of row) {
    const last = stretches.at(-1);
    if (last?.runs[0]!.rightToLeft === run.rightToLeft) {
      last.runs.push(run);
      last.right = Math.max(last.right, run.right);
    } else stretches.push({ runs: [run], left: run.left, right: run.right });
  }
  for (const { runs } of stretches) if (runs[0]!.rightToLeft) runs.reverse();
  return isBackwards(row) ? stretches.reverse() : stretches;
}

/** A line begins and ends in its own direction, mostly; else it is that of most of its letters. */
function isBackwards(row: readonly Run[]): boolean {
  if (!row.some(({ rightToLeft }) => rightToLeft)) return false;
  const letters = row.filter(({ text }) => /\p{L}/u.test(text));
  const [left, right] = [letters[0]?.rightToLeft, letters.at(-1)?.rightToLeft];
  if (left !== undefined && left === right) return left;
  const count = (runs: readonly Run[]): number => runs.reduce((sum, { text }) => sum + text.length, 0);
  return count(letters.filter(({ rightToLeft }) => rightToLeft)) > count(letters) / 2;
}

/** Bold letters are drawn twice by some programs, a hair apart. */
function isShadow(run: Run, other: Run): boolean {
  return run.text.trim() === other.text.trim() && Math.abs(run.left - other.left) < 0.1 * run.size;
}

function wordOf({ text, left, right, top, bottom, of }: Run): PlacedWord {
  return { text: text.trimEnd(), left, right, top, bottom, of };
}

function extend(word: PlacedWord, { text, left, right, top, bottom }: Run): void {
  word.text += text.trimEnd();
  word.left = Math.min(word.left, left);
  word.right = Math.max(word.right, right);
  word.top = Math.min(word.top, top);
  word.bottom = Math.max(word.bottom, bottom);
}
