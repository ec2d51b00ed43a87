/** Width and height, in points. */
export type Size = readonly [width: number, height: number];

/** An inch has 72 points and 25.4 millimetres. */
const perMillimetre = 72 / 25.4;

const papers: Readonly<Record<string, Size>> = {
  a3: [297 * perMillimetre, 420 * perMillimetre],
  a4: [210 * perMillimetre, 297 * perMillimetre],
  a5: [148 * perMillimetre, 210 * perMillimetre],
  a6: [105 * perMillimetre, 148 * perMillimetre],
  letter: [612, 792],
  legal: [612, 1_008],
};

/** Viewers refuse pages that are smaller or larger (ISO 32000-1, table C.1), in points. */
const [smallest, largest] = [3, 14_400];

/** How a size is written, to follow “write it like”. */
export const sizeExamples = 'A4, Letter, 210x297mm, or 595x842 in points';

/**
 * Reads a size such as `A4`, `Letter`, `210x297mm` or, in points, `595x842`.
 * @returns undefined where it is none that a page can have
 */
export function parseSize(text: string): Size | undefined {
  const name = text.trim().toLowerCase();
  if (Object.hasOwn(papers, name)) return papers[name];
  const match = /^(\d{1,5}(?:\.\d{1,5})?)\s*x\s*(\d{1,5}(?:\.\d{1,5})?)\s*(mm)?$/.exec(name);
  if (!match) return undefined;
  const [width, height] = [match[1], match[2]].map((side) => Number(side) * (match[3] ? perMillimetre : 1));
  return [width!, height!].every((side) => side >= smallest && side <= largest)
    ? [width!, height!]
    : undefined;
}
