import { PDFHexString, PDFObjectParser } from 'pdf-lib';
import type { PDFRef, PDFString } from 'pdf-lib';

interface Internals {
  cryptoFactory?: unknown;
  parseString(ref?: PDFRef): PDFString | PDFHexString;
}

/*
 * The library keeps a literal string as it is written, escapes and all, and writes it back so. What it decrypts it
 * stores in the same place without escaping: a parenthesis or backslash in it breaks the saved file. In hex it cannot.
 */
const parser = PDFObjectParser.prototype as unknown as Internals;
const { parseString } = parser;

parser.parseString = function (this: Internals, ref?: PDFRef) {
  const text = parseString.call(this, ref);
  if (!this.cryptoFactory || !ref) return text;
  return PDFHexString.of(Buffer.from(text.asString(), 'latin1').toString('hex'));
};
