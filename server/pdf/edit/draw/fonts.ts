import { hasCharacter } from './font-file.ts';

/** Height of capitals and figures, as a part of the font size. */
export const capHeight = 0.714;

/**
 * The number of the font of each UTF-16 unit of a line; -1 where no font has the character. Marks and joiners are
 * written with the letter before them, and so is what all scripts share, such as digits, where its font has it and it
 * runs the same way.
 * @param text that the line is of
 * @param levels of each unit, where some run from right to left
 */
export function fontsOf(line: string, text: string, levels?: ArrayLike<number>): number[] {
  const order = preferred(text);
  const fonts: number[] = [];
  let font = -1;
  const turnsAt = (at: number): boolean => levels?.[at] !== levels?.[at - 1];
  for (const character of line) {
    const point = character.codePointAt(0)!;
    const has = (number: number): boolean => number >= 0 && hasCharacter(number, point);
    const depends = font >= 0 && dependent.test(character);
    if (depends) font = has(font) || joiner.test(character) ? font : -1;
    else if (!shared.test(character) || turnsAt(fonts.length) || !has(font)) font = order.find(has) ?? -1;
    for (let unit = 0; unit < character.length; unit += 1) fonts.push(font);
  }
  return fonts;
}

const dependent = /[\p{M}\u200C\u200D]/u;
const joiner = /[\p{Variation_Selector}\u200C\u200D]/u;
const shared = /\p{Script=Common}/u;

/** Han characters look different in Chinese, Japanese and Korean: what they stand among tells. */
function preferred(text: string): readonly number[] {
  const [chinese, japanese, korean] = [4, 5, 6];
  const first = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? [japanese, chinese, korean]
    : /\p{Script=Hangul}/u.test(text)
      ? [korean, chinese, japanese]
      : [chinese, japanese, korean];
  return [0, 1, 2, 3, ...first];
}
