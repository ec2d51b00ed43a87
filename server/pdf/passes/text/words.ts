import type { Origin, Run } from './reader.ts';

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
  const backwards = row.filter(({ rightToLeft }) => rightToLeft).length > row.length / 2;
  const words: PlacedWord[] = [];
  let before: Run | undefined;
  for (const run of backwards ? row.toReversed() : row) {
    if (before && isShadow(run, before)) continue;
    const gap = before ? Math.max(run.left - before.right, before.left - run.right) : Infinity;
    const apart =
      gap > narrowestSpace * run.size ||
      before?.text.endsWith(' ') ||
      /^\s/.test(run.text) ||
      run.of !== before?.of;
    const [first, ...others] = split(run);
    if (first && !apart) extend(words.at(-1)!, first);
    else if (first) words.push(first);
    words.push(...others);
    before = run;
  }
  return words;
}

/** Bold letters are drawn twice by some programs, a hair apart. */
function isShadow(run: Run, other: Run): boolean {
  return run.text.trim() === other.text.trim() && Math.abs(run.left - other.left) < 0.1 * run.size;
}

/** A run tells how wide it is as a whole; its words share that by how wide their letters usually are. */
function split({ text, left, right, top, bottom, monospace, rightToLeft, of }: Run): PlacedWord[] {
  const measure = (part: string): number =>
    monospace ? part.length : [...part].reduce((sum, character) => sum + widthOf(character), 0);
  const scale = (right - left) / measure(text.trimEnd());
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
    const from = scale * measure(text.slice(0, index));
    const to = from + scale * measure(word);
    return {
      text: word,
      left: rightToLeft ? right - to : left + from,
      right: rightToLeft ? right - from : left + to,
      top,
      bottom,
      of,
    };
  });
}

function extend(word: PlacedWord, { text, left, right, top, bottom }: PlacedWord): void {
  word.text += text;
  word.left = Math.min(word.left, left);
  word.right = Math.max(word.right, right);
  word.top = Math.min(word.top, top);
  word.bottom = Math.max(word.bottom, bottom);
}

/** Of the em, roughly, in most text fonts. */
function widthOf(character: string): number {
  const known = widths.get(character) ?? guessWidth(character);
  widths.set(character, known);
  return known;
}

/** Looked up for every letter of a document; there are no more than Unicode has. */
const widths = new Map<string, number>();

function guessWidth(character: string): number {
  if (/[ijltfrI.,:;!'|()[\]/\s\p{M}-]/u.test(character)) return 0.3;
  if (/[mwMW@%—]|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(character))
    return 0.9;
  return /\p{Lu}/u.test(character) ? 0.68 : 0.52;
}
