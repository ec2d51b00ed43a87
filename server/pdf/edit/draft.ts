import { PDFContext, PDFDict } from 'pdf-lib';
import type { PDFObject, PDFRef } from 'pdf-lib';

/** A document in writing: new objects, and new versions of objects of a base that itself is never changed. */
export class Draft {
  /** The new and changed objects; also what the dictionaries made here look references up in. */
  readonly context = PDFContext.create();
  readonly #base: PDFContext | undefined;

  /** @param size one above the highest object number of the base, deleted ones included */
  constructor(base?: PDFContext, size = 1) {
    this.#base = base;
    this.context.largestObjectNumber = Math.max(size - 1, base?.largestObjectNumber ?? 0);
  }

  /** What a value is, its newest version where it is a reference. */
  resolve(value: PDFObject | undefined): PDFObject | undefined {
    return this.context.lookup(value) ?? this.#base?.lookup(value);
  }

  /** A copy of the dictionary that `ref` names, to be changed; the same one each time. */
  edit(ref: PDFRef): PDFDict {
    const mine = this.context.lookup(ref);
    if (mine instanceof PDFDict) return mine;
    const theirs = this.#base?.lookup(ref);
    const copy = theirs instanceof PDFDict ? theirs.clone() : PDFDict.withContext(this.context);
    this.context.assign(ref, copy);
    return copy;
  }

  /** The new and changed objects by ascending number. */
  changes(): [PDFRef, PDFObject][] {
    return this.context.enumerateIndirectObjects();
  }
}
