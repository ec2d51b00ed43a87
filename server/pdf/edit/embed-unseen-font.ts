import type { PDFContext, PDFRef } from 'pdf-lib';
import { composeFont, inBlocks } from './embed-font.ts';
import { fontProgram } from './font-program.ts';

/** Its measures, as parts of the font size: how wide each character is, and how far most fonts' letters reach up. */
export const unseen = { advance: 0.5, ascent: 0.77 };

const descent = -0.23;

/**
 * Embeds a font for text that is there to be found and not to be seen: each code is a unit of UTF-16, and all are drawn
 * as the same glyph, an empty one. What the text says is known to readers, in any script; what it looks like, to nobody.
 */
export function embedUnseenFont(context: PDFContext): PDFRef {
  const [width, ascent, below] = [unseen.advance, unseen.ascent, descent].map((part) =>
    Math.round(1_000 * part),
  ) as [number, number, number];
  const toGlyphs = Buffer.alloc(2 * 0x10000);
  for (let at = 0; at < toGlyphs.length; at += 2) toGlyphs.writeUInt16BE(1, at);
  // Only the last byte may differ within a range (Adobe Technical Note 5411, 1.4.3).
  const ranges = Array.from({ length: 0x100 }, (_, high) => {
    const [first, last] = [high << 8, (high << 8) + 0xff].map((code) => code.toString(16).padStart(4, '0'));
    return `<${first}> <${last}> <${first}>`;
  });
  const ref = context.nextRef();
  composeFont(context, ref, {
    name: 'OCTAVO+Unseen',
    box: [0, below, width, ascent],
    ascent,
    descent: below,
    capHeight: ascent,
    program: fontProgram(0, [{ glyphs: [], width }]),
    widths: { DW: width },
    toGlyphs,
    toUnicode: inBlocks('bfrange', ranges),
  });
  return ref;
}
