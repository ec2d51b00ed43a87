import { PDFName } from 'pdf-lib';
import type { PDFDict, PDFObject, PDFRef } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { asDict, nameAt } from '../../source/objects.ts';
import { reachable } from '../../edit/reachable.ts';
import type { Draft } from '../../model/edited.ts';

const deepest = 64;

/** What a page of a draft needs, other pages and the tree that they are in left out. @param except what is known already */
export function objectsOf(
  page: PDFRef,
  source: Source,
  draft: Draft,
  except: ReadonlySet<PDFRef> = new Set(),
): Map<PDFRef, PDFObject> {
  const resources = resourcesOf(page, draft);
  return reachable(resources ? [page, resources] : [page], (ref) => {
    if (except.has(ref) || (ref !== page && source.pageNumbers.has(ref))) return undefined;
    const object = draft.resolve(ref);
    return nameAt(asDict(object), 'Type') === 'Pages' ? undefined : object;
  });
}

/** The resources of a page, which it may have from above. */
export function resourcesOf(page: PDFRef, draft: Draft): PDFDict | undefined {
  let at = asDict(draft.resolve(page));
  for (let depth = 0; at && depth < deepest; depth += 1) {
    const own = asDict(draft.resolve(at.get(PDFName.Resources)));
    if (own) return own;
    at = asDict(draft.resolve(at.get(PDFName.Parent)));
  }
  return undefined;
}
