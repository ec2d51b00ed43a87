import './pdf-lib/long-text.ts';
import { PDFArray, PDFName } from 'pdf-lib';
import type { PDFContext, PDFDict, PDFRef } from 'pdf-lib';
import { gatherFacts } from './gather-facts.ts';
import type { SourceFacts } from '../model/facts.ts';
import { keyOf, refTo } from './objects.ts';
import type { SourcePage } from './page-tree.ts';
import { readDocument } from './read-document.ts';
import type { FileDocument } from './read-document.ts';
import { tooHighNumbers } from './refusals.ts';
import type { Xref } from './xref.ts';

/** Reports how much is done, of the same total each time, never falling. */
export type LoadReport = (done: number, total: number) => void;

/** A document that was loaded, and is never changed. */
export interface Source {
  bytes: Buffer;
  context: PDFContext;
  catalog: PDFDict;
  pages: readonly SourcePage[];
  /** Zero-based, by reference; the first one where the page tree holds a page twice. */
  pageNumbers: ReadonlyMap<PDFRef, number>;
  trailer: SourceTrailer;
  /** The file's cross-reference; undefined where the file is damaged and was pieced together. */
  xref: Xref | undefined;
  facts: SourceFacts;
}

export interface SourceTrailer {
  root: PDFRef;
  info: PDFRef | undefined;
  /** The first half of the file's identifier, in hex. */
  id: string | undefined;
}

/** The share of a load's time that parsing takes; the rest is looking at the pages. */
const parsing = 0.85;
/** ISO 32000-1, annex C; new objects are numbered on from the highest. */
const maxObjectNumber = 8_388_607;

/**
 * Loads a document and looks at what it has. A Buffer, so that streams are views of it and nothing is copied.
 * @throws AppError NOT_A_PDF, BROKEN_PDF, ENCRYPTED, TOO_MANY_PAGES or TOO_COMPLEX
 */
export async function loadSource(bytes: Buffer, report: LoadReport, maxPages = 20_000): Promise<Source> {
  const total = bytes.length;
  const document = await readDocument(bytes, maxPages, (share) => report(parsing * share * total, total));
  const { context, catalog, pages, missing, count, encrypted } = document;
  if (context.largestObjectNumber > maxObjectNumber) throw tooHighNumbers();
  const inFile = context.largestObjectNumber;
  const trailer = readTrailer(document);
  const pageNumbers = new Map(pages.map(({ ref }, index): [PDFRef, number] => [ref, index]).toReversed());
  const xref = isSafe(document) && context.largestObjectNumber === inFile ? document.xref : undefined;
  const loaded = { bytes, objects: count, encrypted, catalog, pages, pageNumbers, missing, xref };
  const facts = await gatherFacts(loaded, (share) =>
    report(total * (parsing + (1 - parsing) * share), total),
  );
  return { bytes, context, catalog, pages, pageNumbers, xref, trailer, facts };
}

function readTrailer({ context, root, xref }: FileDocument): SourceTrailer {
  const identifier = context.lookup(xref.trailer.get(PDFName.of('ID')));
  const first = identifier instanceof PDFArray ? keyOf(context.lookup(identifier.get(0))) : undefined;
  return {
    root,
    info: refTo(xref.trailer.get(PDFName.of('Info')), context),
    id: first === undefined ? undefined : Buffer.from(first, 'latin1').toString('hex'),
  };
}

/** Whether all that the cross-reference says is true and makes sense: only then is it safe to append to. */
function isSafe({ xref, faults }: FileDocument): boolean {
  return xref.isExact && faults === 0 && xref.size <= maxObjectNumber;
}
