import type { PDFContext, PDFDict, PDFObject, PDFRef } from 'pdf-lib';
import type { OptionValues } from './option.ts';

/** A document in writing: new objects, and new versions of objects of a base that itself is never changed. */
export interface Draft {
  /** The new and changed objects; also what the dictionaries made here look references up in. */
  readonly context: PDFContext;
  /** What a value is, its newest version where it is a reference. */
  resolve(value: PDFObject | undefined): PDFObject | undefined;
  /** What a value is in the base, whatever it is now. */
  original(value: PDFObject | undefined): PDFObject | undefined;
  /** A copy of the dictionary that `ref` names, to be changed; the same one each time. */
  edit(ref: PDFRef): PDFDict;
  /** The new and changed objects by ascending number. */
  changes(): [PDFRef, PDFObject][];
}

/** A document with its changes, not yet written. */
export interface EditedDocument {
  draft: Draft;
  /** The catalog. */
  root: PDFRef;
  info: PDFRef | undefined;
  /** The file's identifier, in hex: what it was born as, and this version. */
  id: [born: string, version: string];
  /** Of PDF, as the header says it. */
  version: string;
  /** Objects may be packed: PDF/A-1 is made of PDF 1.4, which cannot. */
  objectStreams: boolean;
  /** Signatures are proven by its bytes. */
  signed: boolean;
  /** What was removed must be gone from the bytes: nothing is appended. */
  anew: boolean;
  /** What else the user should know, and what there is to tell of the work: sentences about this document. */
  warnings: string[];
  notes: string[];
}

/** Changes a document as a whole. @param date ISO 8601: when the job was created */
export type EditDocument = (document: EditedDocument, options: OptionValues, date: string) => void;
