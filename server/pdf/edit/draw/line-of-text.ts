import type { Bidi } from 'bidi-js';
import { fontsOf } from './fonts.ts';
import { type Letter, shape } from './shape.ts';

/** A line of text, laid out; lengths in thousandths of the font size. */
export interface Line {
  /** In the order in which they are read. */
  runs: Run[];
  width: number;
}

/** What of it is in one font and one direction. */
export interface Run {
  font: number;
  /** From left to right. */
  letters: Letter[];
  width: number;
  /** Where it begins, from the left end of the line. */
  left: number;
}

interface Piece {
  text: string;
  font: number;
  /** Odd from right to left (Unicode Standard Annex 9). */
  level: number;
  /** By its index; -1 as long as nothing in it is of one of these. */
  script: number;
}

/** Those that share a font, each with rules of its own. */
const scripts = ['Latin', 'Greek', 'Cyrillic', 'Devanagari'].map(
  (name) => new RegExp(`\\p{Script=${name}}`, 'u'),
);

/** @param text that the line is of */
export async function setLine(line: string, text: string): Promise<Line> {
  const pieces = await piecesOf(line.normalize('NFC'), text);
  const shaped = await Promise.all(pieces.map(({ text, font, level }) => shape(font, text, level % 2 === 1)));
  const runs = shaped.map((letters, index) => {
    const width = letters.reduce((sum, letter) => sum + letter.width, 0);
    return { font: pieces[index]!.font, letters, width, left: 0 };
  });
  let width = 0;
  for (const index of visualOrder(pieces)) {
    runs[index]!.left = width;
    width += runs[index]!.width;
  }
  return { runs, width };
}

async function piecesOf(line: string, text: string): Promise<Piece[]> {
  const levels = await levelsOf(line);
  // As it was checked, where a mark is on something that runs the other way.
  const checked = fontsOf(line, text);
  const fonts = levels
    ? fontsOf(line, text, levels).map((font, at) => (font < 0 ? checked[at]! : font))
    : checked;
  const pieces: Piece[] = [];
  for (const [at, font] of fonts.entries()) {
    const unit = line[at]!;
    const level = levels?.[at] ?? 0;
    const script = scripts.findIndex((each) => each.test(unit));
    const last = pieces.at(-1);
    const isOfOne = !last || script < 0 || last.script < 0 || script === last.script;
    if (last?.font === font && last.level === level && isOfOne) {
      last.text += unit;
      last.script = Math.max(last.script, script);
    } else pieces.push({ text: unit, font, level, script });
  }
  return pieces;
}

/** Of each UTF-16 unit; undefined where all goes from left to right. */
async function levelsOf(line: string): Promise<Uint8Array | undefined> {
  if (!/[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(line)) return undefined;
  // The function itself, whatever its type says.
  const { default: create } = (await import('bidi-js')) as unknown as { default: () => Bidi };
  bidi ??= create();
  return bidi.getEmbeddingLevels(line).levels;
}

let bidi: Bidi | undefined;

/** The pieces from left to right (rule L2): what has a level or a higher one is turned around, level by level. */
function visualOrder(pieces: readonly Piece[]): number[] {
  let order = [...pieces.keys()];
  for (let level = Math.max(0, ...pieces.map((piece) => piece.level)); level > 0; level -= 1) {
    const next: number[] = [];
    let turned: number[] = [];
    for (const index of order) {
      if (pieces[index]!.level >= level) turned.unshift(index);
      else next.push(...turned.splice(0), index);
    }
    order = [...next, ...turned];
  }
  return order;
}
