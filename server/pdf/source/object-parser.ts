import {
  PDFArray,
  PDFBool,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNull,
  PDFNumber,
  PDFRawStream,
  PDFRef,
  PDFString,
} from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { readName } from './names.ts';
import { endOfStream, startOfStream } from './stream-bounds.ts';
import { isDelimiter, isDigit, isRegular, isSpace } from './syntax.ts';

/** What a parser must know of the file around an object. */
export interface Surroundings {
  context: PDFContext;
  /** What a stream's indirect /Length says, as far as it is known. */
  lengthOf?(ref: PDFRef): number | undefined;
  /** Hears of each reference. */
  refer?(ref: PDFRef): void;
  /** For an object of an encrypted document. */
  cipher?: Cipher;
}

/** Decrypts what one object holds. */
export interface Cipher {
  text(data: Uint8Array): Uint8Array;
  stream(data: Uint8Array, dict: PDFDict): Uint8Array;
}

/** Other readers give up at 500; whoever walks an object may do so by recursion. */
const mostNested = 400;

/**
 * Reads one object at a time, by ISO 32000-1, 7.3, from its bytes alone: it never looks beyond `end`. What is wrong in
 * an object costs no more than that part of it. The library's own parser gives up the whole object, and reads names
 * twice.
 */
export class ObjectParser {
  /** What did not make sense. */
  faults = 0;
  readonly #bytes: Buffer;
  readonly #surroundings: Surroundings;
  readonly #end: number;
  #at: number;
  /** Where the object ends, although not all that it opened is closed. */
  #over = false;
  #tooDeep = false;

  constructor(bytes: Buffer, surroundings: Surroundings, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#surroundings = surroundings;
    this.#at = at;
    this.#end = Math.min(end, bytes.length);
  }

  /** One that is nested too deeply is null. */
  parse(): PDFObject {
    const object = this.#parse(0);
    return this.#tooDeep ? PDFNull : object;
  }

  /** @param depth of arrays and dictionaries around it */
  #parse(depth: number): PDFObject {
    this.#skip();
    const byte = this.#bytes[this.#at];
    this.#tooDeep ||= depth > mostNested;
    if (this.#at >= this.#end || this.#tooDeep) return this.#break();
    if (isDigit(byte) || byte === plus || byte === minus || byte === point) return this.#numberOrRef();
    if (byte === slash) return this.#name();
    if (byte === openArray) return this.#array(depth);
    if (byte === openString) return this.#string();
    if (byte === less)
      return this.#bytes[this.#at + 1] === less ? this.#dictOrStream(depth) : this.#hexString();
    if (isDelimiter(byte)) {
      this.#at += 1;
      return this.#fault();
    }
    return this.#keyword();
  }

  #fault(): PDFObject {
    this.faults += 1;
    return PDFNull;
  }

  #break(): PDFObject {
    this.#over = true;
    return this.#fault();
  }

  /** White space and comments. */
  #skip(): void {
    const bytes = this.#bytes;
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = bytes[this.#at];
      if (isSpace(byte)) continue;
      if (byte !== percent) return;
      while (this.#at < this.#end && bytes[this.#at] !== lineFeed && bytes[this.#at] !== carriageReturn)
        this.#at += 1;
    }
  }

  /** The end of the regular characters from `at` on. */
  #regularEnd(at: number): number {
    while (at < this.#end && isRegular(this.#bytes[at])) at += 1;
    return at;
  }

  #keyword(): PDFObject {
    const end = this.#regularEnd(this.#at);
    const word = this.#bytes.toString('latin1', this.#at, end);
    if (word === 'endobj' || word === 'endstream') return this.#break();
    this.#at = end;
    if (word === 'true') return PDFBool.True;
    if (word === 'false') return PDFBool.False;
    return word === 'null' ? PDFNull : this.#fault();
  }

  #numberOrRef(): PDFNumber | PDFRef {
    const digits = this.#digitsEnd(this.#at);
    const ref = digits > this.#at ? this.#ref(digits) : undefined;
    if (ref) return ref;
    const end = this.#regularEnd(this.#at);
    const word = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end;
    const value = Number(word);
    if (Number.isFinite(value) && !/[ex]/i.test(word)) return PDFNumber.of(value);
    this.faults += 1;
    // `--5`, `1.2.3`, `7pt`: what of it is a number. An exponent counts: `6e-17` is next to nothing.
    const number = Number(/^[-+]*([-+]?\d*\.?\d*(?:e[-+]?\d+)?)/i.exec(word)![1]);
    return PDFNumber.of(Number.isFinite(number) ? number : 0);
  }

  #digitsEnd(at: number): number {
    while (at < this.#end && isDigit(this.#bytes[at])) at += 1;
    return at;
  }

  /** The reference `12 0 R`, if it is one. @param first the end of its first number */
  #ref(first: number): PDFRef | undefined {
    const bytes = this.#bytes;
    let from = first;
    while (from < this.#end && isSpace(bytes[from])) from += 1;
    if (from === first) return undefined;
    const second = this.#digitsEnd(from);
    let at = second;
    while (at < this.#end && isSpace(bytes[at])) at += 1;
    if (second === from || at === second || bytes[at] !== letterR || at >= this.#end) return undefined;
    const ref = PDFRef.of(
      Number(bytes.toString('latin1', this.#at, first)),
      Number(bytes.toString('latin1', from, second)),
    );
    this.#at = at + 1;
    this.#surroundings.refer?.(ref);
    return ref;
  }

  #name(): PDFName {
    const start = this.#at + 1;
    this.#at = this.#regularEnd(start);
    return readName(this.#bytes.toString('latin1', start, this.#at));
  }

  /** Its bytes as they are written, escapes and all, or in hex where it was encrypted. */
  #string(): PDFString | PDFHexString {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let depth = 1;
    let at = start;
    for (; at < this.#end; at += 1) {
      const byte = bytes[at];
      if (byte === backslash) at += 1;
      else if (byte === openString) depth += 1;
      else if (byte === closeString) depth -= 1;
      if (depth === 0) break;
    }
    if (depth > 0) this.#break();
    const stop = Math.min(at, this.#end);
    this.#at = stop + 1;
    // What is not closed may not escape or open what follows it.
    if (depth > 0) return PDFHexString.of(bytes.toString('hex', start, stop));
    const text = PDFString.of(bytes.toString('latin1', start, stop));
    const { cipher } = this.#surroundings;
    return cipher ? PDFHexString.of(Buffer.from(cipher.text(text.asBytes())).toString('hex')) : text;
  }

  #hexString(): PDFHexString {
    const start = this.#at + 1;
    let at = start;
    while (at < this.#end && this.#bytes[at] !== greater) at += 1;
    if (at >= this.#end) this.#break();
    this.#at = at + 1;
    const written = this.#bytes.toString('latin1', start, Math.min(at, this.#end));
    const digits = /^[\da-f]*$/i.test(written) ? written : written.replace(/[^\da-f]/gi, '');
    const { cipher } = this.#surroundings;
    if (!cipher) return PDFHexString.of(digits);
    return PDFHexString.of(Buffer.from(cipher.text(PDFHexString.of(digits).asBytes())).toString('hex'));
  }

  #array(depth: number): PDFArray {
    const array = PDFArray.withContext(this.#surroundings.context);
    this.#at += 1;
    for (;;) {
      this.#skip();
      if (this.#bytes[this.#at] === closeArray) {
        this.#at += 1;
        return array;
      }
      if (this.#bytes[this.#at] === greater && this.#bytes[this.#at + 1] === greater) {
        // The dictionary around it ends here.
        this.faults += 1;
        return array;
      }
      const item = this.#parse(depth + 1);
      if (this.#over) return array;
      array.push(item);
    }
  }

  #dict(depth: number): PDFDict {
    const entries = new Map<PDFName, PDFObject>();
    this.#at += 2;
    for (;;) {
      this.#skip();
      const byte = this.#bytes[this.#at];
      if (byte === greater && this.#at < this.#end) {
        this.#at += this.#bytes[this.#at + 1] === greater ? 2 : 1;
        break;
      }
      if (byte !== slash || this.#at >= this.#end) {
        // A key must be a name: passes over what is none.
        this.faults += 1;
        this.#parse(depth + 1);
        if (this.#over) break;
        continue;
      }
      const key = this.#name();
      this.#skip();
      const isMissing = this.#bytes[this.#at] === greater;
      if (isMissing) this.faults += 1;
      else entries.set(key, this.#parse(depth + 1));
      if (this.#over) break;
    }
    return PDFDict.fromMapWithContext(entries, this.#surroundings.context);
  }

  #dictOrStream(depth: number): PDFDict | PDFRawStream {
    const dict = this.#dict(depth);
    if (this.#over) return dict;
    const after = this.#at;
    this.#skip();
    const start = startOfStream(this.#bytes, this.#at);
    if (start === undefined || start > this.#end) {
      this.#at = after;
      return dict;
    }
    const { lengthOf, cipher } = this.#surroundings;
    const said = dict.get(PDFName.Length);
    const length =
      said instanceof PDFNumber ? said.asNumber() : said instanceof PDFRef ? lengthOf?.(said) : undefined;
    const { dataEnd, end, isStated } = endOfStream(this.#bytes, start, length, this.#end);
    if (!isStated) this.faults += 1;
    this.#at = end;
    const data = this.#bytes.subarray(start, dataEnd);
    return PDFRawStream.of(dict, cipher ? cipher.stream(data, dict) : data);
  }
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const percent = 0x25;
const openString = 0x28;
const closeString = 0x29;
const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
const slash = 0x2f;
const less = 0x3c;
const greater = 0x3e;
const letterR = 0x52;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
