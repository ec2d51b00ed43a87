import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { PDFHexString, PDFRawStream } from 'pdf-lib';
import type { PDFContext, PDFRef } from 'pdf-lib';
import { fontName, readTables } from './draw/font-file.ts';
import { fontProgram, type MadeOf } from './font-program.ts';

/** What a font draws with one code; the codes are 1, 2 and on. */
export interface Coded extends MadeOf {
  /** That it stands for, in UTF-16, in hex. */
  text: string;
}

/**
 * Embeds a font with what is drawn of it (ISO 32000-1, 9.7.4). Codes are the numbers of its glyphs.
 * @param ref that it is known by
 * @param letters in order of their codes
 */
export function embedFont(context: PDFContext, ref: PDFRef, number: number, letters: readonly Coded[]): void {
  const program = fontProgram(number, letters);
  const { head, hhea, 'OS/2': measures } = readTables(number, 'head', 'hhea', 'OS/2');
  composeFont(context, ref, {
    name: `${tagOf(program)}+${fontName(number)}`,
    box: [36, 38, 40, 42].map((at) => head!.readInt16BE(at)),
    ascent: hhea!.readInt16BE(4),
    descent: hhea!.readInt16BE(6),
    capHeight: measures!.readInt16BE(88),
    program,
    widths: { W: [1, letters.map(({ width }) => width)] },
    toGlyphs: undefined,
    toUnicode: inBlocks(
      'bfchar',
      letters.map((letter, index) => `<${codeOf(index)}> <${letter.text}>`),
    ),
  });
}

/** A font whose strings are made of codes of two bytes; all sizes in thousandths of the em. */
export interface ComposedFont {
  name: string;
  /** Left, bottom, right, top of all glyphs. */
  box: number[];
  ascent: number;
  descent: number;
  capHeight: number;
  /** TrueType. */
  program: Buffer;
  /** The widths of codes, or what each is as wide as (9.7.4.3). */
  widths: { W: (number | number[])[] } | { DW: number };
  /** The glyph of each code, two bytes each; the glyph of this number, if left out. */
  toGlyphs: Buffer | undefined;
  /** What codes mean: blocks of a CMap. */
  toUnicode: readonly string[];
}

/** @param ref that the font is known by */
export function composeFont(context: PDFContext, ref: PDFRef, composed: ComposedFont): void {
  const { name, box, ascent, descent, capHeight, program, widths, toGlyphs } = composed;
  const descriptor = context.obj({
    Type: 'FontDescriptor',
    FontName: name,
    Flags: 4,
    FontBBox: box,
    ItalicAngle: 0,
    Ascent: ascent,
    Descent: descent,
    CapHeight: capHeight,
    StemV: 80,
    FontFile2: stream(context, program, { Length1: program.length }),
  });
  const descendant = context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: name,
    CIDSystemInfo: { Registry: text('Adobe'), Ordering: text('Identity'), Supplement: 0 },
    FontDescriptor: context.register(descriptor),
    ...widths,
    CIDToGIDMap: toGlyphs ? stream(context, toGlyphs) : 'Identity',
  });
  context.assign(
    ref,
    context.obj({
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont: name,
      Encoding: 'Identity-H',
      DescendantFonts: [context.register(descendant)],
      ToUnicode: stream(context, Buffer.from(characterMap(composed.toUnicode))),
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
function tagOf(program: Buffer): string {
  const digest = createHash('sha256').update(program).digest();
  return [...digest.subarray(0, 6)].map((byte) => String.fromCharCode(65 + (byte % 26))).join('');
}

/** What readers take for copied text and search (9.10.3). */
function characterMap(blocks: readonly string[]): string {
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <0000> <ffff> endcodespacerange',
    ...blocks,
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}

/** Entries of a CMap, as many together as it may have. */
export function inBlocks(kind: 'bfchar' | 'bfrange', entries: readonly string[]): string[] {
  const blocks: string[] = [];
  for (let at = 0; at < entries.length; at += mostInBlock) {
    const block = entries.slice(at, at + mostInBlock);
    blocks.push(`${block.length} begin${kind}\n${block.join('\n')}\nend${kind}`);
  }
  return blocks;
}

const mostInBlock = 100;

/** Of a letter, by its index. */
export function codeOf(index: number): string {
  return (index + 1).toString(16).padStart(4, '0');
}
