import type { PDFDict, PDFRef } from 'pdf-lib';
import type { Destinations } from './destinations.ts';
import type { Source } from './load.ts';
import { dictAt, numberAt } from './objects.ts';

/** A bookmark of a source. */
export interface OutlineItem {
  dict: PDFDict;
  /** The page it leads to; undefined where that is elsewhere or nowhere. */
  page: PDFRef | undefined;
  open: boolean;
  children: OutlineItem[];
}

const maxDepth = 64;

/** The bookmarks of a source as a tree; safe from cycles. */
export function readOutline(source: Source, destinations: Destinations): OutlineItem[] {
  const seen = new Set<PDFDict>();
  const level = (first: PDFDict | undefined, depth: number): OutlineItem[] => {
    const items: OutlineItem[] = [];
    for (let dict = first; dict && !seen.has(dict) && depth < maxDepth; dict = dictAt(dict, 'Next')) {
      seen.add(dict);
      items.push({
        dict,
        page: destinations.pageOfHolder(dict),
        open: (numberAt(dict, 'Count') ?? 0) > 0,
        children: level(dictAt(dict, 'First'), depth + 1),
      });
    }
    return items;
  };
  return level(dictAt(dictAt(source.catalog, 'Outlines'), 'First'), 0);
}

/** For each page the bookmarks that lead to it, with all those above them. */
export function bookmarksByPage(outline: readonly OutlineItem[]): Map<PDFRef, OutlineItem[]> {
  const found = new Map<PDFRef, OutlineItem[]>();
  const visit = (items: readonly OutlineItem[], above: readonly OutlineItem[]): void => {
    for (const item of items) {
      const path = [...above, item];
      if (item.page) found.set(item.page, [...(found.get(item.page) ?? []), ...path]);
      visit(item.children, path);
    }
  };
  visit(outline, []);
  return found;
}
