import { PDFDict, PDFName, PDFRef } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { AppError } from '../../errors.ts';
import { count } from '../../count.ts';
import { arrayAt, asDict, dictAt, nameAt, numberAt } from './objects.ts';

/** A page of a source document. */
export interface SourcePage {
  ref: PDFRef;
  node: PDFDict;
  /** What the page inherits from the page tree and does not have itself: Resources, MediaBox, CropBox, Rotate. */
  inherited: ReadonlyMap<PDFName, PDFObject>;
}

const inheritable = ['Resources', 'MediaBox', 'CropBox', 'Rotate'].map((key) => PDFName.of(key));
const pagesKey = PDFName.of('Pages');
const maxDepth = 64;

export interface PageTree {
  pages: SourcePage[];
  /** How many pages the tree names, or counts, that are not in the file. */
  missing: number;
}

/**
 * The pages in reading order. The library's own walk trusts the tree: a cycle overflows its stack, and a tree of 1.7 KB
 * whose nodes are used over and over has 10^9 pages. A node that stands in its parent itself, against the rules, becomes
 * an object of its own: it is changed by its reference.
 * @throws AppError TOO_MANY_PAGES or TOO_COMPLEX
 */
export function walkPages(catalog: PDFDict, context: PDFContext, maxPages: number): PageTree {
  const pages: SourcePage[] = [];
  let missing = 0;
  const seen = new Set<PDFDict>();
  const none: ReadonlyMap<PDFName, PDFObject> = new Map();

  const visit = (node: PDFDict, inherited: ReadonlyMap<PDFName, PDFObject>, depth: number): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (depth > maxDepth)
      throw new AppError('TOO_COMPLEX', 'The page tree of the file is nested too deeply.');
    const before = pages.length + missing;
    const handed = inheritFrom(node, inherited);
    const kids = arrayAt(node, 'Kids');
    const entries = kids?.asArray() ?? [];
    let lost = 0;
    let isWhole = entries.length > 0;
    for (const [index, entry] of entries.entries()) {
      const kid = context.lookup(entry);
      if (kid instanceof PDFDict) {
        const ref = entry instanceof PDFRef ? entry : context.register(kid);
        if (ref !== entry) kids?.set(index, ref);
        if (isNode(kid)) visit(kid, handed, depth + 1);
        else add(ref, kid, handed);
        continue;
      }
      isWhole = false;
      if (entry instanceof PDFRef) lost += 1;
    }
    if (isWhole) return;
    // What leads nowhere may have been a node, with as many pages as are wanting of those that are counted here.
    const counted = Math.floor(numberAt(node, 'Count') ?? 0);
    const wanting = counted - (pages.length + missing - before);
    missing += counted <= maxPages ? Math.max(lost, wanting) : lost;
  };

  const add = (ref: PDFRef, node: PDFDict, inherited: ReadonlyMap<PDFName, PDFObject>): void => {
    if (pages.length >= maxPages) {
      throw new AppError(
        'TOO_MANY_PAGES',
        `The file has more than ${count(maxPages, 'page')}, the most that are taken.`,
      );
    }
    pages.push({ ref, node, inherited: without(inherited, node) });
  };

  const entry = catalog.get(pagesKey);
  const root = dictAt(catalog, 'Pages');
  if (!root) return { pages, missing };
  const ref = entry instanceof PDFRef ? entry : context.register(root);
  if (ref !== entry) catalog.set(pagesKey, ref);
  if (isNode(root)) visit(root, none, 1);
  // Some files of one page have it in place of a tree.
  else if (isPage(root)) add(ref, root, none);
  return { pages, missing };
}

/**
 * For a file whose page tree leads nowhere: a new one, of all objects that say that they are pages, by their numbers.
 * Whoever has pages by the tree must not ask: pages that an update has removed would come back.
 * @throws AppError as {@link walkPages}
 */
export function gatherPages(catalog: PDFDict, context: PDFContext, maxPages: number): PageTree {
  const found = context.enumerateIndirectObjects().flatMap(([ref, object]) => {
    const node = asDict(object);
    return nameAt(node, 'Type') === 'Page' ? [{ ref, node: node! }] : [];
  });
  const kids = found.map(({ ref }) => ref);
  const tree = context.register(context.obj({ Type: 'Pages', Kids: kids, Count: kids.length }));
  for (const { node } of found) node.set(PDFName.Parent, tree);
  catalog.set(pagesKey, tree);
  return walkPages(catalog, context, maxPages);
}

function isPage(node: PDFDict): boolean {
  return nameAt(node, 'Type') === 'Page' || node.has(PDFName.Contents) || node.has(PDFName.MediaBox);
}

function isNode(node: PDFDict): boolean {
  return node.has(PDFName.of('Kids')) || nameAt(node, 'Type') === 'Pages';
}

function inheritFrom(node: PDFDict, above: ReadonlyMap<PDFName, PDFObject>): ReadonlyMap<PDFName, PDFObject> {
  const own = inheritable.filter((key) => node.has(key));
  if (own.length === 0) return above;
  const merged = new Map(above);
  for (const key of own) merged.set(key, node.get(key)!);
  return merged;
}

function without(inherited: ReadonlyMap<PDFName, PDFObject>, node: PDFDict): ReadonlyMap<PDFName, PDFObject> {
  if (!inheritable.some((key) => inherited.has(key) && node.has(key))) return inherited;
  return new Map([...inherited].filter(([key]) => !node.has(key)));
}
