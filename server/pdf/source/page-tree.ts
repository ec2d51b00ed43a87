import { PDFDict, PDFName, PDFRef } from 'pdf-lib';
import type { PDFArray, PDFContext, PDFObject } from 'pdf-lib';
import { AppError } from '../../errors.ts';
import { count } from '../../count.ts';
import { arrayAt, dictAt } from './objects.ts';

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

/**
 * The pages in reading order, and how many entries of the tree lead nowhere. The library's own walk trusts the tree: a
 * cycle overflows its stack, and a tree of 1.7 KB whose nodes are used over and over has 10^9 pages. A node that stands
 * in its parent itself, against the rules, becomes an object of its own: it is changed by its reference.
 * @throws AppError TOO_MANY_PAGES, TOO_COMPLEX or BROKEN_PDF
 */
export function walkPages(
  catalog: PDFDict,
  context: PDFContext,
  maxPages: number,
): { pages: SourcePage[]; missing: number } {
  const root = dictAt(catalog, 'Pages');
  if (!root)
    throw new AppError(
      'BROKEN_PDF',
      'The file has no pages that can be found. Save it anew with a PDF program.',
    );
  if (catalog.get(pagesKey) === root) catalog.set(pagesKey, context.register(root));
  const pages: SourcePage[] = [];
  let missing = 0;
  const seen = new Set<PDFDict>([root]);
  const none: ReadonlyMap<PDFName, PDFObject> = new Map();

  const visit = (kids: PDFArray, inherited: ReadonlyMap<PDFName, PDFObject>, depth: number): void => {
    if (depth > maxDepth)
      throw new AppError('TOO_COMPLEX', 'The page tree of the file is nested too deeply.');
    for (let index = 0; index < kids.size(); index += 1) {
      const entry = kids.get(index);
      const node = context.lookup(entry);
      if (!(node instanceof PDFDict)) {
        missing += 1;
        continue;
      }
      const ref = entry instanceof PDFRef ? entry : context.register(node);
      kids.set(index, ref);
      const below = arrayAt(node, 'Kids');
      if (below) {
        if (!seen.has(node)) visit(below, inheritFrom(node, inherited), depth + 1);
        seen.add(node);
        continue;
      }
      if (pages.length >= maxPages) {
        throw new AppError(
          'TOO_MANY_PAGES',
          `The file has more than ${count(maxPages, 'page')}, the most that are taken.`,
        );
      }
      pages.push({ ref, node, inherited: without(inherited, node) });
    }
  };

  const kids = arrayAt(root, 'Kids');
  if (kids) visit(kids, inheritFrom(root, none), 1);
  return { pages, missing };
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
