import { PDFName, PDFNumber, PDFObjectParser, PDFParser, PDFRawStream, PDFRef } from 'pdf-lib';
import type { PDFContext, PDFDict } from 'pdf-lib';
import { watches } from './watched-parser.ts';

interface Internals {
  bytes: {
    bytes: Uint8Array;
    length: number;
    offset(): number;
    moveTo(offset: number): void;
    slice(start: number, end: number): Uint8Array;
  };
  context: PDFContext;
  cryptoFactory?: { createCipherTransform(id: number, generation: number): Cipher };
  parseDict(ref?: PDFRef): PDFDict;
  parseDictOrStream(ref?: PDFRef): PDFDict | PDFRawStream;
  skipWhitespaceAndComments(): void;
  parseIndirectObjectHeader(): PDFRef;
  tryToParseInvalidIndirectObject(): PDFRef | undefined;
}

interface Cipher {
  decryptBytes(data: Uint8Array): Uint8Array;
}

/*
 * Where a stream's /Length is indirect, the library searches for `endstream` byte by byte, counts `stream` as a level
 * of nesting (20,000 false ones are quadratic), and takes a data byte 0x0D before it for a part of the line end: one
 * byte lost. Here the length is resolved first, through the cross-reference where it stands further on, and the search
 * that remains is native. Cross-reference streams are never encrypted (ISO 32000-1, 7.5.8.2).
 */
const objects = PDFObjectParser.prototype as unknown as Internals;

objects.parseDictOrStream = function (this: Internals, ref?: PDFRef) {
  const dict = this.parseDict(ref);
  this.skipWhitespaceAndComments();
  const bytes = asBuffer(this.bytes.bytes);
  const keyword = this.bytes.offset();
  if (bytes.toString('latin1', keyword, keyword + 6) !== 'stream') return dict;
  let start = keyword + 6;
  if (bytes[start] === 0x20) start += 1;
  if (bytes[start] === 0x0d) start += 1;
  if (bytes[start] === 0x0a) start += 1;
  const length = lengthOf(this, dict.get(PDFName.Length));
  const end = endOf(bytes, start, length);
  this.bytes.moveTo(bytes.indexOf('endstream', end) + 9);
  const contents = this.bytes.slice(start, end);
  const encrypted = ref && dict.get(PDFName.Type) !== PDFName.of('XRef') ? this.cryptoFactory : undefined;
  const cipher = encrypted?.createCipherTransform(ref!.objectNumber, ref!.generationNumber);
  return PDFRawStream.of(dict, cipher ? cipher.decryptBytes(contents) : contents);
};

function lengthOf(parser: Internals, length: unknown): number | undefined {
  if (length instanceof PDFNumber) return length.asNumber();
  if (!(length instanceof PDFRef)) return undefined;
  const bytes = asBuffer(parser.bytes.bytes);
  const at = watches.get(parser.bytes.bytes)?.xref?.offsets.get(length.objectNumber);
  if (at !== undefined) {
    const object = /^(\d+)\s+\d+\s+obj\s+(\d+)\s+endobj/.exec(bytes.toString('latin1', at, at + 64));
    if (object && Number(object[1]) === length.objectNumber) return Number(object[2]);
  }
  const parsed = parser.context.lookup(length);
  return parsed instanceof PDFNumber ? parsed.asNumber() : undefined;
}

/** Where the data ends: after `length` bytes if `endstream` follows there, else before the next `endstream`. */
function endOf(bytes: Buffer, start: number, length: number | undefined): number {
  if (
    length !== undefined &&
    /^\s*endstream/.test(bytes.toString('latin1', start + length, start + length + 32))
  ) {
    return start + length;
  }
  const found = bytes.indexOf('endstream', start);
  if (found < 0) throw new SyntaxError('a stream without an end');
  if (bytes[found - 1] === 0x0a) return Math.max(start, bytes[found - 2] === 0x0d ? found - 2 : found - 1);
  return Math.max(start, bytes[found - 1] === 0x0d ? found - 1 : found);
}

// An object that cannot be parsed is kept as raw bytes up to its `endobj`. The library searches for that byte by byte.
const files = PDFParser.prototype as unknown as Internals;
const { tryToParseInvalidIndirectObject } = files;

files.tryToParseInvalidIndirectObject = function (this: Internals) {
  const bytes = asBuffer(this.bytes.bytes);
  if (bytes.indexOf('endobj', this.bytes.offset()) >= 0) return tryToParseInvalidIndirectObject.call(this);
  this.parseIndirectObjectHeader();
  return undefined;
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
