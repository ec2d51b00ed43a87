import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { PDFHexString, PDFRawStream } from 'pdf-lib';
import type { PDFContext, PDFRef } from 'pdf-lib';
import { font } from './draw/font.ts';

/** What a font draws with one code. */
export interface Letter {
  /** From 1, without gaps. */
  code: number;
  /** Its number in the whole font. */
  glyph: number;
  /** That it stands for, in UTF-16, in hex. */
  text: string;
}

/**
 * Embeds the font with the glyphs of some letters (ISO 32000-1, 9.7.4).
 * @param ref that it is known by
 * @param letters by ascending code
 */
export function embedFont(context: PDFContext, ref: PDFRef, letters: readonly Letter[]): void {
  const whole = font();
  const subset = whole.createSubset();
  const toSubset = Buffer.alloc(2 * (1 + letters.length));
  const glyphs = letters.map(({ glyph }) => whole.getGlyph(glyph));
  // A number, whatever its type says.
  for (const [index, glyph] of glyphs.entries())
    toSubset.writeUInt16BE(Number(subset.includeGlyph(glyph)), 2 * (index + 1));
  const scale = (units: number): number => Math.round((units * 1_000) / whole.unitsPerEm);
  const name = `${tagOf(letters)}+${whole.postscriptName}`;
  const { minX, minY, maxX, maxY } = whole.bbox;
  const program = Buffer.from(subset.encode());
  const descriptor = context.obj({
    Type: 'FontDescriptor',
    FontName: name,
    Flags: 4,
    FontBBox: [minX, minY, maxX, maxY].map(scale),
    ItalicAngle: 0,
    Ascent: scale(whole.ascent),
    Descent: scale(whole.descent),
    CapHeight: scale(whole.capHeight),
    StemV: 80,
    FontFile2: stream(context, program, { Length1: program.length }),
  });
  const descendant = context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: name,
    CIDSystemInfo: { Registry: text('Adobe'), Ordering: text('Identity'), Supplement: 0 },
    FontDescriptor: context.register(descriptor),
    W: [1, glyphs.map(({ advanceWidth }) => scale(advanceWidth))],
    CIDToGIDMap: stream(context, toSubset),
  });
  context.assign(
    ref,
    context.obj({
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont: name,
      Encoding: 'Identity-H',
      DescendantFonts: [context.register(descendant)],
      ToUnicode: stream(context, Buffer.from(toUnicode(letters))),
    }),
  );
}

function text(value: string): PDFHexString {
  return PDFHexString.of(Buffer.from(value, 'latin1').toString('hex'));
}

function stream(context: PDFContext, bytes: Buffer, entries: Record<string, number> = {}): PDFRef {
  return context.register(
    PDFRawStream.of(context.obj({ ...entries, Filter: 'FlateDecode' }), deflateSync(bytes)),
  );
}

/** Six letters that tell one subset of a font from another (9.6.4). */
function tagOf(letters: readonly Letter[]): string {
  const digest = createHash('sha256')
    .update(letters.map(({ glyph }) => glyph).join())
    .digest();
  return [...digest.subarray(0, 6)].map((byte) => String.fromCharCode(65 + (byte % 26))).join('');
}

/** What readers take for copied text and search (9.10.3). */
function toUnicode(letters: readonly Letter[]): string {
  const blocks: string[] = [];
  for (let at = 0; at < letters.length; at += mostInBlock) {
    const block = letters.slice(at, at + mostInBlock);
    const lines = block.map(({ code, text }) => `<${code.toString(16).padStart(4, '0')}> <${text}>`);
    blocks.push(`${block.length} beginbfchar\n${lines.join('\n')}\nendbfchar`);
  }
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <0000> <ffff> endcodespacerange',
    ...blocks,
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}

const mostInBlock = 100;
