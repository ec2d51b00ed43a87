import { PDFContext, PDFDict } from 'pdf-lib';
import type { Draft } from '../model/edited.ts';

/** @param size one above the highest object number of the base, deleted ones included */
export function openDraft(base?: PDFContext, size = 1): Draft {
  const context = PDFContext.create();
  context.largestObjectNumber = Math.max(size - 1, base?.largestObjectNumber ?? 0);
  return {
    context,
    resolve: (value) => context.lookup(value) ?? base?.lookup(value),
    original: (value) => base?.lookup(value),
    edit(ref) {
      const mine = context.lookup(ref);
      if (mine instanceof PDFDict) return mine;
      const theirs = base?.lookup(ref);
      const copy = theirs instanceof PDFDict ? theirs.clone() : PDFDict.withContext(context);
      context.assign(ref, copy);
      return copy;
    },
    changes: () => context.enumerateIndirectObjects(),
  };
}
