import { createRequire } from 'node:module';
import type * as fontkit from 'fontkit';

/*
 * Noto Sans: Latin, Greek and Cyrillic under the Open Font License. Only the glyphs that a job draws are embedded, so
 * that every viewer and printer shows the same, PDF/A included, for some three kilobytes.
 */

const require = createRequire(import.meta.url);
const file = '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf';
let opened: fontkit.Font | undefined;

/** Opened when something is drawn for the first time: most processes never draw. */
export function font(): fontkit.Font {
  const { openSync } = require('fontkit') as typeof fontkit;
  opened ??= openSync(require.resolve(file)) as fontkit.Font;
  return opened;
}

/** Height of capitals and figures, as a part of the font size. */
export const capHeight = 0.714;

/** The characters that a text is drawn with: an accent is part of its letter. */
export function lettersOf(text: string): string[] {
  return [...text.normalize('NFC')];
}

/** The first character of a text that the font does not have; undefined where it has all. */
export function missingCharacter(text: string): string | undefined {
  return lettersOf(text).find((character) => !font().hasGlyphForCodePoint(character.codePointAt(0)!));
}

/** Text as a string operand for `Tj`, see `Drawing`. */
export function encode(text: string): string {
  const letters = lettersOf(text).map((character) => {
    const glyph = font().glyphForCodePoint(character.codePointAt(0)!).id;
    return `${glyph.toString(16)}=${Buffer.from(character, 'utf16le').swap16().toString('hex')}`;
  });
  return letters.length === 0 ? '<>' : `<F0 ${letters.join(' ')}>`;
}

/** Width in points. Without kerning: `Tj` does not kern. */
export function widthOf(text: string, size: number): number {
  const units = lettersOf(text).reduce(
    (sum, character) => sum + font().glyphForCodePoint(character.codePointAt(0)!).advanceWidth,
    0,
  );
  return (units / font().unitsPerEm) * size;
}
