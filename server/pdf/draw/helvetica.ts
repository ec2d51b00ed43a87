import { StandardFontEmbedder } from 'pdf-lib';

const helvetica = StandardFontEmbedder.for('Helvetica' as Parameters<typeof StandardFontEmbedder.for>[0]);

/** Height of capitals and figures, as a part of the font size. */
export const capHeight = 0.718;

/** The first character that Helvetica in WinAnsi encoding does not have; undefined where it has all. */
export function unencodable(text: string): string | undefined {
  // The embedder itself would write a question mark.
  return [...text].find(
    (character) => !helvetica.encoding.canEncodeUnicodeCodePoint(character.codePointAt(0)!),
  );
}

/** Text as a string operand for `Tj`, in hex: nothing in it can be mistaken for an operator. */
export function encode(text: string): string {
  return helvetica.encodeText(text).toString();
}

/** Width in points. Summed by character, because `Tj` does not kern and the library's own figure does. */
export function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, character) => sum + helvetica.widthOfTextAtSize(character, size), 0);
}
