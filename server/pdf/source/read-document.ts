import { PDFName, PDFRef } from 'pdf-lib';
import type { PDFContext, PDFDict } from 'pdf-lib';
import { headerOf } from './header.ts';
import { asDict, dictAt, nameAt } from './objects.ts';
import { readObjects } from './read-objects.ts';
import type { FileObjects } from './read-objects.ts';
import { recoverXref } from './recover-xref.ts';
import { brokenPdf, explain, notPdf } from './refusals.ts';
import { readXref } from './xref.ts';
import type { Xref } from './xref.ts';

/** What a file is made of. */
export interface FileDocument extends FileObjects {
  xref: Xref;
  /** Of the catalog. */
  root: PDFRef;
}

/**
 * Reads the objects of a file: by its own cross-reference, or where that is missing or wrong, by one made from what
 * stands in the file.
 * @param report takes the share done, which never falls
 * @throws AppError NOT_A_PDF, BROKEN_PDF, ENCRYPTED or TOO_COMPLEX
 */
export async function readDocument(bytes: Buffer, report: (share: number) => void): Promise<FileDocument> {
  const header = headerOf(bytes);
  if (header === undefined) throw notPdf();
  let most = 0;
  const read = async (part: Buffer, xref: Xref): Promise<FileObjects> => {
    try {
      return await readObjects(part, xref, (share) => report((most = Math.max(most, share))));
    } catch (error) {
      throw explain(error);
    }
  };
  // Where something stands before the document, its offsets may count from either.
  for (const start of new Set([0, header])) {
    const part = bytes.subarray(start);
    const xref = readXref(part);
    if (!xref) continue;
    const objects = await read(part, xref);
    const root = rootIn(xref.trailer, objects.context);
    if (root) {
      const isExact = xref.isExact && start === 0 && xref.trailer.get(PDFName.of('Root')) === root;
      return { ...objects, root, xref: { ...xref, isExact } };
    }
  }
  const xref = recoverXref(bytes);
  const objects = await read(bytes, xref);
  const root = rootIn(xref.trailer, objects.context) ?? findRoot(objects.context);
  if (!root) throw brokenPdf();
  return { ...objects, root, xref };
}

/** The catalog, if the trailer names it, or is its place, as in files of some programs: then it becomes an object. */
function rootIn(trailer: PDFDict, context: PDFContext): PDFRef | undefined {
  const root = trailer.get(PDFName.of('Root'));
  const catalog = asDict(context.lookup(root));
  if (!catalog || !dictAt(catalog, 'Pages')) return undefined;
  return root instanceof PDFRef ? root : context.register(catalog);
}

/** The last catalog in the file. */
function findRoot(context: PDFContext): PDFRef | undefined {
  let last: PDFRef | undefined;
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    const dict = asDict(object);
    if (nameAt(dict, 'Type') === 'Catalog' && dictAt(dict, 'Pages')) last = ref;
  }
  return last;
}
