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
  const name = `${tagOf(program)}+${fontName(number)}`;
  const descriptor = context.obj({
    Type: 'FontDescriptor',
    FontName: name,
    Flags: 4,
    FontBBox: [36, 38, 40, 42].map((at) => head!.readInt16BE(at)),
    ItalicAngle: 0,
    Ascent: hhea!.readInt16BE(4),
    Descent: hhea!.readInt16BE(6),
    CapHeight: measures!.readInt16BE(88),
    StemV: 80,
    FontFile2: stream(context, program, { Length1: program.length }),
  });
  const descendant = context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: name,
    CIDSystemInfo: { Registry: text('Adobe'), Ordering: text('Identity'), Supplement: 0 },
    FontDescriptor: context.register(descriptor),
    W: [1, letters.map(({ width }) => width)],
    CIDToGIDMap: 'Identity',
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
function tagOf(program: Buffer): string {
  const digest = createHash('sha256').update(program).digest();
  return [...digest.subarray(0, 6)].map((byte) => String.fromCharCode(65 + (byte % 26))).join('');
}

/** What readers take for copied text and search (9.10.3). */
function toUnicode(letters: readonly Coded[]): string {
  const blocks: string[] = [];
  for (let at = 0; at < letters.length; at += mostInBlock) {
    const block = letters.slice(at, at + mostInBlock);
    const lines = block.map(({ text }, index) => `<${codeOf(at + index)}> <${text}>`);
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

/** Of a letter, by its index. */
export function codeOf(index: number): string {
  return (index + 1).toString(16).padStart(4, '0');
}
