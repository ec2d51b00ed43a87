/** Hebrew, Arabic and their neighbours, which are written to the left. */
const left = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const leftwards = new RegExp(`[${left}]`, 'u');
const other = `[[\\p{L}\\p{N}]--[${left}]]`;
/** Signs go with the letters that are written to the left. */
const parts = new RegExp(`[^${other}]*[${left}][^${other}]*|[^${left}]+?(?=[^${other}]*[${left}]|$)`, 'gv');

export function isLeftwards(text: string): boolean {
  return leftwards.test(text);
}

/** The parts of a word that are written in one direction each: where they begin in it, and where they end. */
export function directionsOf(word: string): [start: number, end: number][] {
  if (!isLeftwards(word)) return [[0, word.length]];
  return [...word.matchAll(parts)].map(({ 0: part, index }) => [index, index + part.length]);
}
