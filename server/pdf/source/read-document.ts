import { PDFName } from 'pdf-lib';
import type { PDFContext, PDFDict, PDFObject, PDFRef } from 'pdf-lib';
import { headerOf } from './header.ts';
import { asDict, dictAt, nameAt, refTo } from './objects.ts';
import { gatherPages, walkPages } from './page-tree.ts';
import type { PageTree } from './page-tree.ts';
import { readObjects } from './read-objects.ts';
import type { FileObjects } from './read-objects.ts';
import { recoverXref } from './recover-xref.ts';
import { brokenPdf, explain, notPdf } from './refusals.ts';
import { readXref } from './xref.ts';
import type { Xref } from './xref.ts';

/** What a file is made of. */
export interface FileDocument extends FileObjects, PageTree {
  xref: Xref;
  /** Of the catalog. */
  root: PDFRef;
  catalog: PDFDict;
}

/**
 * Reads the objects of a file and finds its pages: by its own cross-reference, or where that is missing or wrong, or
 * does not lead to all pages, by one made from what stands in the file.
 * @param report takes the share done, which never falls
 * @throws AppError NOT_A_PDF, BROKEN_PDF, ENCRYPTED, TOO_MANY_PAGES or TOO_COMPLEX
 */
export async function readDocument(
  bytes: Buffer,
  maxPages: number,
  report: (share: number) => void,
): Promise<FileDocument> {
  let most = 0;
  let best: FileDocument | undefined;
  for (const { part, xref, isRecovered } of readings(bytes)) {
    const objects = await read(part, xref, (share) => report((most = Math.max(most, share))));
    const { context } = objects;
    const inFile = context.largestObjectNumber;
    const said = xref.trailer.get(PDFName.of('Root'));
    const root = catalogAt(said, context) ?? findCatalog(context);
    const catalog = asDict(context.lookup(root));
    if (!root || !catalog) continue;
    let tree = walkPages(catalog, context, maxPages);
    if (isRecovered && !best && tree.pages.length === 0) tree = gatherPages(catalog, context, maxPages);
    if (tree.pages.length > (best?.pages.length ?? 0)) {
      // What had to become an object of its own is none in the file: there is nothing to append to.
      const isExact = xref.isExact && root === said && context.largestObjectNumber === inFile;
      best = { ...objects, ...tree, root, catalog, xref: { ...xref, isExact } };
    }
    if (best && tree.missing === 0) break;
  }
  if (!best) throw brokenPdf();
  return best;
}

/** The ways to read it, the most trustworthy first. */
function* readings(bytes: Buffer): Generator<{ part: Buffer; xref: Xref; isRecovered?: true }> {
  const header = headerOf(bytes);
  if (header === undefined) throw notPdf();
  const hasVersion = /^%PDF-\d\.\d/.test(bytes.toString('latin1', header, header + 8));
  // Where something stands before the document, its offsets may count from either.
  for (const start of new Set([0, header])) {
    const part = bytes.subarray(start);
    const xref = readXref(part);
    if (xref) yield { part, xref: { ...xref, isExact: xref.isExact && start === 0 && hasVersion } };
  }
  yield { part: bytes, xref: recoverXref(bytes), isRecovered: true };
}

async function read(part: Buffer, xref: Xref, report: (share: number) => void): Promise<FileObjects> {
  try {
    return await readObjects(part, xref, report);
  } catch (error) {
    throw explain(error);
  }
}

/** A catalog by its reference. In files of some programs it stands in the trailer itself: then it becomes an object. */
function catalogAt(value: PDFObject | undefined, context: PDFContext): PDFRef | undefined {
  return dictAt(asDict(context.lookup(value)), 'Pages') ? refTo(value, context) : undefined;
}

/** The last catalog in the file. */
function findCatalog(context: PDFContext): PDFRef | undefined {
  return context
    .enumerateIndirectObjects()
    .findLast(
      ([ref, object]) =>
        nameAt(asDict(object), 'Type') === 'Catalog' && catalogAt(ref, context) !== undefined,
    )?.[0];
}
