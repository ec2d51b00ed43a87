import { PDFDict, PDFName, PDFNumber } from 'pdf-lib';
import type { PDFContext, PDFObject, PDFRef } from 'pdf-lib';
import type { OutlineItem } from '../../source/outline.ts';
import type { Copier } from './copier.ts';

/** A bookmark of the result. */
export interface Bookmark {
  /** All but its place in the tree: title, destination or action, colour, style. */
  entries: PDFDict;
  open: boolean;
  children: Bookmark[];
}

const places = ['Parent', 'Prev', 'Next', 'First', 'Last', 'Count', 'SE'].map((key) => PDFName.of(key));
const placesAndTarget = [...places, PDFName.of('Dest'), PDFName.of('A')];

/** The bookmarks of one source that lead to kept pages or have such below them. */
export function copyOutline(copier: Copier, items: readonly OutlineItem[]): Bookmark[] {
  return items.flatMap(({ dict, page, open, children: below }) => {
    const children = copyOutline(copier, below);
    const gone = page !== undefined && !copier.targets.has(page);
    if (gone && children.length === 0) return [];
    return [{ entries: copier.dict(dict, ...(gone ? placesAndTarget : places)), open, children }];
  });
}

/** How many bookmarks there are on all levels. */
export function countBookmarks(bookmarks: readonly { children: Bookmark[] }[]): number {
  return bookmarks.reduce((sum, { children }) => sum + 1 + countBookmarks(children), 0);
}

/** Puts bookmarks into the result; answers where, or undefined where there are none. */
export function buildOutline(context: PDFContext, bookmarks: readonly Bookmark[]): PDFRef | undefined {
  if (bookmarks.length === 0) return undefined;
  const root = context.nextRef();
  const dict = PDFDict.withContext(context);
  dict.set(PDFName.Type, PDFName.of('Outlines'));
  link(context, dict, root, bookmarks, true);
  context.assign(root, dict);
  return root;
}

function link(
  context: PDFContext,
  parent: PDFDict,
  at: PDFRef,
  children: readonly Bookmark[],
  open: boolean,
): void {
  if (children.length === 0) return;
  const refs = children.map(() => context.nextRef());
  const set = (dict: PDFDict, key: string, value: PDFObject | undefined): void => {
    if (value) dict.set(PDFName.of(key), value);
  };
  for (const [index, { entries, open: unfolded, children: below }] of children.entries()) {
    set(entries, 'Parent', at);
    set(entries, 'Prev', refs[index - 1]);
    set(entries, 'Next', refs[index + 1]);
    link(context, entries, refs[index]!, below, unfolded);
    context.assign(refs[index]!, entries);
  }
  set(parent, 'First', refs[0]);
  set(parent, 'Last', refs.at(-1));
  const count = visible(children);
  set(parent, 'Count', PDFNumber.of(open ? count : -count));
}

/** How many lines the bookmarks take as they are unfolded: what `Count` says (ISO 32000-1, 12.3.3). */
function visible(bookmarks: readonly Bookmark[]): number {
  return bookmarks.reduce((sum, { open, children }) => sum + 1 + (open ? visible(children) : 0), 0);
}
