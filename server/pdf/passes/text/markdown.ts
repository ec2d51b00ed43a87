import type { Line } from './layout.ts';
import { joined, paragraphsOf, type Paragraph } from './paragraphs.ts';
import type { PageText } from './page-text.ts';

/** How much larger than the text a heading is, and how long at most. */
const headingSize = 1.15;
const headingLength = 200;

/** Headings by the size of their letters among those of the whole document, lists by their markers. */
export async function* markdown(pages: () => AsyncIterable<PageText>): AsyncIterable<string> {
  const levels = await levelsOf(pages());
  let separator = '';
  for await (const { lines } of pages()) {
    for (const paragraph of paragraphsOf(lines)) {
      yield `${separator}${block(paragraph, levels)}\n`;
      separator = '\n';
    }
  }
}

/** The level of each size that headings have: the largest is the first. */
async function levelsOf(pages: AsyncIterable<PageText>): Promise<Map<number, number>> {
  const lengths = new Map<number, number>();
  for await (const { lines } of pages) {
    for (const line of lines) lengths.set(step(line), (lengths.get(step(line)) ?? 0) + line.text.length);
  }
  const [body] = [...lengths].reduce((most, size) => (size[1] > most[1] ? size : most), [Infinity, 0]);
  const sizes = [...lengths.keys()].filter((size) => size >= headingSize * body).toSorted((a, b) => b - a);
  return new Map(sizes.map((size, index) => [size, Math.min(index + 1, 6)]));
}

/** Sizes that differ by less are meant to be the same. */
function step({ size }: Line): number {
  return Math.round(size * 2) / 2;
}

function block(paragraph: Paragraph, levels: ReadonlyMap<number, number>): string {
  const text = joined(paragraph);
  const level = levels.get(step(paragraph.lines[0]!));
  if (level !== undefined && text.length <= headingLength) return `${'#'.repeat(level)} ${escape(text)}`;
  const { marker } = paragraph;
  if (marker === undefined) return escape(text).replace(/^(\s*)([#+>=~-]|\d+(?=[.)]))/, '$1\\$2');
  const number = /\d+/.exec(marker)?.[0];
  return `${number === undefined ? '-' : `${number}.`} ${escape(text.slice(marker.length).trimStart())}`;
}

/** Characters that would otherwise mark something up. */
function escape(text: string): string {
  return text.replace(/[\\`*_[\]<]/g, '\\$&');
}
