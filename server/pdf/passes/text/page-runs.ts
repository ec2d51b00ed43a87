import { directionsOf, isLeftwards } from './directions.ts';
import { outlineEmpty } from './outline-empty.ts';
import { frameOf, type PageFrame } from './page-frame.ts';
import type { Calls, Pointer } from './pdfium-calls.ts';
import { type PageRuns, type Run, turn } from './text-run.ts';
import { stretchOf, type Style, styleOf } from './style.ts';
import { TextPage } from './text-page.ts';

/**
 * The words of a page as PDFium finds them.
 * @param unit points of a unit of the page's content
 */
export function readRuns(calls: Calls, page: Pointer, unit: number): PageRuns {
  const frame = frameOf(calls, page, unit);
  outlineEmpty(calls, page);
  const text = new TextPage(calls, page);
  const runs = runsOf(text, frame).filter((run) => isOn(frame, run));
  text.close();
  const { width, height, rotation } = frame;
  return { width, height, rotation, runs };
}

function runsOf(text: TextPage, { shown }: PageFrame): Run[] {
  const runs: Run[] = [];
  let word = '';
  /** Of each of its characters. */
  let places: number[] = [];
  let object = 0;
  let style: Style | undefined;
  const end = (): void => {
    if (word === '') return;
    for (const [start, end] of directionsOf(word))
      runs.push(runOf(text, word.slice(start, end), places[start]!, places[end - 1]!, style!));
    word = '';
    places = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.code(at);
    if (isSpace(code)) {
      end();
      const before = runs.at(-1);
      if (before && !before.text.endsWith(' ')) before.text += ' ';
      continue;
    }
    const character = meaning(code);
    if (character === '') continue;
    const its = text.object(at);
    if (its !== object || !style) {
      end();
      object = its;
      style = styleOf(text, at, shown);
    }
    word += character;
    while (places.length < word.length) places.push(at);
  }
  end();
  return runs;
}

/** What PDFium makes of a hyphen that a line was broken at. */
const hyphen = 2;

function meaning(code: number): string {
  if (code === hyphen) return '-';
  return code < 0x20 || code === 0xfffe || code === 0xffff ? '' : String.fromCodePoint(code);
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 || (code >= 9 && code <= 13) || (code >= 0xa0 && /\s/.test(String.fromCodePoint(code)))
  );
}

function runOf(text: TextPage, word: string, first: number, last: number, style: Style): Run {
  const { angle, size, vertical } = style;
  const { left, right, baseline, leftwards } = stretchOf(text, first, last, style);
  // What is written downwards hangs on a line in its middle.
  const [ascent, descent] = vertical ? [0.5, -0.5] : [style.ascent, style.descent];
  const rightToLeft = isLeftwards(word);
  return {
    // PDFium takes it for granted that a line was written as it is seen.
    text: rightToLeft && !leftwards ? [...word].reverse().join('') : word,
    angle,
    left,
    right,
    baseline,
    top: baseline - size * ascent,
    bottom: baseline - size * descent,
    size,
    rightToLeft,
  };
}

/** Whether it is seen: at least the middle of it. */
function isOn({ width, height }: PageFrame, { left, right, top, bottom, angle }: Run): boolean {
  const [x, y] = turn((left + right) / 2, (top + bottom) / 2, angle);
  return x >= 0 && x <= width && y >= 0 && y <= height;
}
