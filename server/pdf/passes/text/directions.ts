/** Hebrew, Arabic and their neighbours, which are written to the left. */
const leftwards = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const letters = /[\p{L}\p{N}]/u;

export function isLeftwards(text: string): boolean {
  return leftwards.test(text);
}

/**
 * The parts of a word that are written in one direction each: where they begin in it, and where they end. Signs go with
 * the letters that are written to the left.
 */
export function directionsOf(word: string): [start: number, end: number][] {
  if (!isLeftwards(word)) return [[0, word.length]];
  const parts: [number, number][] = [];
  let [start, behindLetter, at] = [0, 0, 0];
  let direction: boolean | undefined;
  for (const character of word) {
    const toLeft = isLeftwards(character);
    if (toLeft || letters.test(character)) {
      if (direction === !toLeft) {
        const cut = toLeft ? behindLetter : at;
        parts.push([start, cut]);
        start = cut;
      }
      direction = toLeft;
      behindLetter = at + character.length;
    }
    at += character.length;
  }
  return [...parts, [start, word.length]];
}
