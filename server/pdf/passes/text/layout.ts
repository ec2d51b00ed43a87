import { readingOrder, type Segment } from './columns.ts';
import { type Origin, type Run, turn } from './text-run.ts';
import { wordsOf, type PlacedWord } from './words.ts';

/** A word and its box on the page as shown: left, top, right, bottom, in points from the top left. */
export interface Word extends Partial<Origin> {
  text: string;
  box: [number, number, number, number];
}

/** A line of one column, upright; points, from the top left of the page (turned, where the line is). */
export interface Line {
  text: string;
  /** Of its largest letters. */
  size: number;
  left: number;
  right: number;
  baseline: number;
  /** None where they are not wanted. */
  words: Word[];
}

/**
 * The lines of a page in reading order: upright text first, then what is turned, by its angle.
 * @param places whether the lines shall have their words and boxes
 */
export function layOut(runs: readonly Run[], places: boolean): Line[] {
  const byAngle = Map.groupBy(runs, ({ angle }) => angle);
  return [...byAngle.keys()]
    .toSorted((a, b) => a - b)
    .flatMap((angle) =>
      readingOrder(segmentsOf(byAngle.get(angle)!)).flatMap((group) =>
        rowsOf(group.flatMap((segment) => segment.runs)).map((row) => lineOf(row, angle, places)),
      ),
    );
}

/** As parts of the font size. */
const sameLine = 0.5;
const wideGap = 0.8;

type RunSegment = Segment & { runs: Run[] };

function segmentsOf(runs: readonly Run[]): RunSegment[] {
  return rowsOf(runs).flatMap((row) => {
    const segments: RunSegment[] = [];
    for (const run of row) {
      const last = segments.at(-1);
      if (!last || run.left - last.right > wideGap * Math.max(run.size, last.size)) {
        const { left, right, top, bottom, baseline, size, text } = run;
        segments.push({ left, right, top, bottom, baseline, size, length: text.length, runs: [run] });
        continue;
      }
      last.runs.push(run);
      last.right = Math.max(last.right, run.right);
      last.top = Math.min(last.top, run.top);
      last.bottom = Math.max(last.bottom, run.bottom);
      if (run.size > last.size) [last.size, last.baseline] = [run.size, run.baseline];
      last.length += run.text.length;
    }
    return segments;
  });
}

/** Runs that stand on one line, raised and lowered ones included, from left to right; lines from top to bottom. */
function rowsOf(runs: readonly Run[]): Run[][] {
  const rows: { runs: Run[]; baseline: number; size: number }[] = [];
  for (const run of runs.toSorted((a, b) => a.baseline - b.baseline || a.left - b.left)) {
    const row = rows.at(-1);
    if (!row || run.baseline - row.baseline > sameLine * Math.max(run.size, row.size)) {
      rows.push({ runs: [run], baseline: run.baseline, size: run.size });
      continue;
    }
    row.runs.push(run);
    if (run.size > row.size) [row.size, row.baseline] = [run.size, run.baseline];
  }
  return rows.map((row) => row.runs.toSorted((a, b) => a.left - b.left));
}

function lineOf(row: readonly Run[], angle: number, places: boolean): Line {
  const words = wordsOf(row);
  const largest = row.reduce((found, run) => (run.size > found.size ? run : found));
  return {
    text: words.map(({ text }) => text).join(' '),
    size: round(largest.size),
    left: round(Math.min(...row.map(({ left }) => left))),
    right: round(Math.max(...row.map(({ right }) => right))),
    baseline: round(largest.baseline),
    words: places ? words.map((word) => ({ text: word.text, box: boxOf(word, angle), ...word.of })) : [],
  };
}

/** Where a word stands on the page, once it is turned back to where it was. */
function boxOf({ left, right, top, bottom }: PlacedWord, angle: number): Word['box'] {
  const corners = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ].map(([x, y]) => turn(x!, y!, angle));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map(round) as Word['box'];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
