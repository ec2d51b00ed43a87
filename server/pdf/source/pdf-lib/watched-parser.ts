import { PDFInvalidObject, PDFParser } from 'pdf-lib';
import type { PDFContext, PDFObject, PDFRef } from 'pdf-lib';
import type { Xref } from '../xref.ts';

/** What a load wants to know while the library parses, and what the parser may know beforehand. */
export interface Watch {
  xref: Xref | undefined;
  /** Called before each top-level object with its byte offset, from the start again in a second parse. */
  progress(offset: number): void;
  /** Parses so far: an encrypted document takes two. */
  parses: number;
  /** Objects that could not be parsed, or have an impossible name. */
  invalid: number;
  /** Where each object of the last parse was found last: its own offset, or that of its object stream. */
  locations: Map<number, number>;
}

/** Watches by the bytes that are parsed: the one thing that `PDFDocument.load` hands through to its parser as it is. */
export const watches = new WeakMap<Uint8Array, Watch>();

interface Internals {
  context: PDFContext;
  bytes: { bytes: Uint8Array; offset(): number };
  parseDocument(): Promise<PDFContext>;
  parseIndirectObject(): Promise<PDFRef>;
}

/** No cross-reference has room for a higher one (ISO 32000-1, 7.5.4). */
const highestGeneration = 65_535;

// `load` has no progress callback, tells nothing of where objects stand, and constructs its own parser.
const parser = PDFParser.prototype as unknown as Internals;
const { parseDocument, parseIndirectObject } = parser;

parser.parseDocument = async function (this: Internals) {
  const watch = watches.get(this.bytes.bytes);
  if (!watch) return parseDocument.call(this);
  watch.parses += 1;
  watch.invalid = 0;
  watch.locations.clear();
  const { context } = this;
  const assign = context.assign.bind(context);
  let at = 0;
  context.assign = (ref: PDFRef, object: PDFObject) => {
    watch.locations.set(ref.objectNumber, at);
    const isNamed = ref.generationNumber <= highestGeneration;
    if (object instanceof PDFInvalidObject || !isNamed) watch.invalid += 1;
    if (isNamed) assign(ref, object);
  };
  this.parseIndirectObject = function () {
    at = this.bytes.offset();
    watch.progress(at);
    return parseIndirectObject.call(this);
  };
  try {
    return await parseDocument.call(this);
  } finally {
    context.assign = assign;
  }
};
