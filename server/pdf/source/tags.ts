import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRef } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { asDict, dictAt, nameAt } from './objects.ts';

/** A structure element: a heading, a paragraph, a table cell. */
export interface Tag {
  dict: PDFDict;
  /** Undefined where it stands in its parent. */
  ref: PDFRef | undefined;
  kids: (Tag | TagContent)[];
  /** The lowest and the highest page (zero-based) that it has content on; none: Infinity and -Infinity. */
  first: number;
  last: number;
}

/** What an element holds of a page: marked content, or an annotation or image. */
export interface TagContent {
  /** A number, or a dictionary of the type MCR or OBJR. */
  item: PDFNumber | PDFDict;
  /** Undefined where the document does not say. */
  page: PDFRef | undefined;
}

const maxDepth = 200;

/** The structure elements of a source as a tree; safe from cycles. */
export function readTags(
  catalog: PDFDict,
  context: PDFContext,
  pageNumbers: ReadonlyMap<PDFRef, number>,
): Tag[] {
  const seen = new Set<PDFDict>();
  const kidsOf = (holder: PDFDict, above: PDFRef | undefined, depth: number): Tag['kids'] => {
    const page = pageAt(holder) ?? above;
    const listed = holder.get(PDFName.of('K'));
    const value = context.lookup(listed);
    const entries = value instanceof PDFArray ? value.asArray() : listed ? [listed] : [];
    return entries.flatMap((entry) => kidOf(entry, page, depth) ?? []);
  };
  const kidOf = (entry: PDFObject, page: PDFRef | undefined, depth: number): Tag | TagContent | undefined => {
    const item = context.lookup(entry);
    if (item instanceof PDFNumber) return { item, page };
    const dict = asDict(item);
    if (!dict) return undefined;
    const type = nameAt(dict, 'Type');
    if (type === 'MCR') return { item: dict, page: pageAt(dict) ?? page };
    if (type === 'OBJR')
      return { item: dict, page: pageAt(dict) ?? pageAt(dictAt(dict, 'Obj'), 'P') ?? page };
    if (seen.has(dict) || depth > maxDepth) return undefined;
    seen.add(dict);
    const kids = kidsOf(dict, page, depth + 1);
    return { dict, ref: entry instanceof PDFRef ? entry : undefined, kids, ...extent(kids, pageNumbers) };
  };
  const root = dictAt(catalog, 'StructTreeRoot');
  return root ? kidsOf(root, undefined, 0).filter((kid) => 'kids' in kid) : [];
}

/** How many elements there are, on all levels. */
export function countTags(tags: readonly Tag[]): number {
  return tags.reduce((sum, { kids }) => sum + 1 + countTags(kids.filter((kid) => 'kids' in kid)), 0);
}

function pageAt(holder: PDFDict | undefined, key = 'Pg'): PDFRef | undefined {
  const page = holder?.get(PDFName.of(key));
  return page instanceof PDFRef ? page : undefined;
}

/** An object that may be on any page reaches over all of them. */
function extent(
  kids: Tag['kids'],
  pageNumbers: ReadonlyMap<PDFRef, number>,
): { first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const kid of kids) {
    if ('kids' in kid) {
      first = Math.min(first, kid.first);
      last = Math.max(last, kid.last);
    } else if (kid.page) {
      const number = pageNumbers.get(kid.page) ?? -1;
      first = Math.min(first, number);
      last = Math.max(last, number);
    } else if (kid.item instanceof PDFDict && nameAt(kid.item, 'Type') === 'OBJR') {
      first = -Infinity;
      last = Infinity;
    }
  }
  return { first, last };
}
