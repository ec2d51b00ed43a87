import { PDFArray, PDFDict, PDFHexString, PDFName, PDFNumber, PDFRef, PDFStream, PDFString } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';

/*
 * Reading objects of documents that nobody has checked: every entry may be missing, indirect or of the wrong type,
 * and the library's own `lookup(key, Type)` throws then.
 */

/** The dictionary under `key`, followed through a reference; undefined where there is none. */
export function dictAt(holder: PDFDict | undefined, key: string): PDFDict | undefined {
  return asDict(holder?.lookup(PDFName.of(key)));
}

/** The array under `key`. */
export function arrayAt(holder: PDFDict | undefined, key: string): PDFArray | undefined {
  const value = holder?.lookup(PDFName.of(key));
  return value instanceof PDFArray ? value : undefined;
}

/** The number under `key`. */
export function numberAt(holder: PDFDict | undefined, key: string): number | undefined {
  const value = holder?.lookup(PDFName.of(key));
  return value instanceof PDFNumber ? value.asNumber() : undefined;
}

/** The name under `key`, without its slash. */
export function nameAt(holder: PDFDict | undefined, key: string): string | undefined {
  const value = holder?.lookup(PDFName.of(key));
  return value instanceof PDFName ? wordOf(value) : undefined;
}

/** The text under `key`, decoded. */
export function textAt(holder: PDFDict | undefined, key: string): string | undefined {
  const value = holder?.lookup(PDFName.of(key));
  return isText(value) ? value.decodeText() : undefined;
}

/** The stream under `key`. */
export function streamAt(holder: PDFDict | undefined, key: string): PDFStream | undefined {
  const value = holder?.lookup(PDFName.of(key));
  return value instanceof PDFStream ? value : undefined;
}

/** The dictionaries in an array. */
export function dictsIn(array: PDFArray | undefined): PDFDict[] {
  return (array?.asArray() ?? []).flatMap((_, index) => asDict(array?.lookup(index)) ?? []);
}

/** What a dictionary has, followed through references. */
export function valuesOf(dict: PDFDict | undefined): PDFObject[] {
  return (dict?.keys() ?? []).flatMap((key) => dict!.lookup(key) ?? []);
}

export function asDict(value: unknown): PDFDict | undefined {
  return value instanceof PDFDict ? value : undefined;
}

export function isText(value: PDFObject | undefined): value is PDFString | PDFHexString {
  return value instanceof PDFString || value instanceof PDFHexString;
}

/**
 * A name or string as a key to compare by: the spec compares the names of destinations byte by byte,
 * whichever of the notations they are written in. Undefined for anything else.
 */
export function keyOf(value: PDFObject | undefined): string | undefined {
  if (value instanceof PDFName) return wordOf(value);
  return isText(value) ? Buffer.from(value.asBytes()).toString('latin1') : undefined;
}

/** A name without its slash; the library decodes each anew, byte by byte, although next to none has escapes. */
function wordOf(name: PDFName): string {
  const written = name.asString();
  return written.includes('#') ? name.decodeText() : written.slice(1);
}

/** Text as a PDF string, in UTF-16 where Latin letters do not suffice. */
export function textString(text: string): PDFHexString {
  return /^[\x20-\x7e]*$/.test(text)
    ? PDFHexString.of(Buffer.from(text, 'latin1').toString('hex'))
    : PDFHexString.fromText(text);
}

/**
 * A dictionary by its reference. Some programs write one where only a reference may stand, and nothing can refer to it:
 * it becomes an object of its own.
 */
export function refTo(value: PDFObject | undefined, context: PDFContext): PDFRef | undefined {
  if (!asDict(context.lookup(value))) return undefined;
  return value instanceof PDFRef ? value : context.register(value!);
}
