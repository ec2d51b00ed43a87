import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { PDFHexString, PDFRawStream } from 'pdf-lib';
import type { PDFContext, PDFRef } from 'pdf-lib';
import { font, lettersOf } from './draw/font.ts';

/**
 * Embeds the font with the glyphs of some characters (ISO 32000-1, 9.7.4). Strings name glyphs by their number in the
 * whole font, whatever is embedded of it: what draws a page need not know what is drawn on others.
 */
export function embedFont(context: PDFContext, characters: string): PDFRef {
  const whole = font();
  const points = [...new Set(lettersOf(characters))]
    .map((character) => character.codePointAt(0)!)
    .toSorted((a, b) => a - b);
  const glyphs = points.map((point) => ({ point, glyph: whole.glyphForCodePoint(point) }));
  const subset = whole.createSubset();
  const toSubset = Buffer.alloc(2 * (1 + Math.max(0, ...glyphs.map(({ glyph }) => glyph.id))));
  // A number, whatever its type says.
  for (const { glyph } of glyphs) toSubset.writeUInt16BE(Number(subset.includeGlyph(glyph)), 2 * glyph.id);
  const scale = (units: number): number => Math.round((units * 1_000) / whole.unitsPerEm);
  const name = `${tagOf(points)}+${whole.postscriptName}`;
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
    W: glyphs.flatMap(({ glyph }) => [glyph.id, [scale(glyph.advanceWidth)]]),
    CIDToGIDMap: stream(context, toSubset),
  });
  return context.register(
    context.obj({
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont: name,
      Encoding: 'Identity-H',
      DescendantFonts: [context.register(descendant)],
      ToUnicode: stream(context, Buffer.from(toUnicode(glyphs.map(({ point, glyph }) => [glyph.id, point])))),
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
function tagOf(points: readonly number[]): string {
  const digest = createHash('sha256').update(points.join()).digest();
  return [...digest.subarray(0, 6)].map((byte) => String.fromCharCode(65 + (byte % 26))).join('');
}

/** What readers take for copied text and search (9.10.3). */
function toUnicode(glyphs: readonly (readonly [glyph: number, point: number])[]): string {
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  const utf16 = (point: number): string =>
    Buffer.from(String.fromCodePoint(point), 'utf16le').swap16().toString('hex');
  const blocks: string[] = [];
  for (let at = 0; at < glyphs.length; at += mostInBlock) {
    const block = glyphs.slice(at, at + mostInBlock);
    const lines = block.map(([glyph, point]) => `<${hex(glyph)}> <${utf16(point)}>`);
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
