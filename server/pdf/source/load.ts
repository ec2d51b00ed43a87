import './pdf-lib/raw-streams.ts';
import './pdf-lib/decrypted-strings.ts';
import './pdf-lib/long-text.ts';
import './pdf-lib/xref-streams.ts';
import { EncryptedPDFError, ParseSpeeds, PDFArray, PDFDict, PDFDocument, PDFName, PDFRef } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { AppError } from '../../errors.ts';
import { gatherFacts } from './gather-facts.ts';
import { watches } from './pdf-lib/watched-parser.ts';
import type { Watch } from './pdf-lib/watched-parser.ts';
import { asDict, keyOf } from './objects.ts';
import { walkPages } from './page-tree.ts';
import type { SourcePage } from './page-tree.ts';
import { readXref } from './xref.ts';
import type { Xref } from './xref.ts';
import type { SourceFacts } from '../model/facts.ts';

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
 * Loads a document and looks at what it has. A Buffer, so that the library cuts views from it and copies nothing.
 * @throws AppError NOT_A_PDF, BROKEN_PDF, ENCRYPTED, TOO_MANY_PAGES or TOO_COMPLEX
 */
export async function loadSource(bytes: Buffer, report: LoadReport, maxPages = 20_000): Promise<Source> {
  if (!bytes.subarray(0, 1024).includes('%PDF-')) {
    throw new AppError('NOT_A_PDF', 'The file is not a PDF: it does not begin like one.');
  }
  const total = bytes.length;
  const table = readXref(bytes);
  const passes = table?.trailer.has(PDFName.of('Encrypt')) ? 2 : 1;
  const watch: Watch = {
    xref: table,
    parses: 0,
    invalid: 0,
    locations: new Map(),
    progress: (offset) => report((parsing * ((watch.parses - 1) * total + offset)) / passes, total),
  };
  const { context, catalog } = await parse(bytes, watch);
  if (context.largestObjectNumber > maxObjectNumber) throw tooHighNumbers();
  const trusted = table && isTrue(table, watch, context) ? table : undefined;
  if (trusted) {
    for (const id of trusted.free) context.delete(PDFRef.of(id));
  }
  const inFile = context.largestObjectNumber;
  const trailer = readTrailer(context, trusted);
  const { pages, missing } = walkPages(catalog, context, maxPages);
  if (pages.length === 0) throw brokenPdf();
  // What had to become an object of its own is none in the file: there is nothing to append to.
  const xref = context.largestObjectNumber === inFile ? trusted : undefined;
  const pageNumbers = new Map(pages.map(({ ref }, index): [PDFRef, number] => [ref, index]).toReversed());
  const source = { bytes, context, catalog, pages, pageNumbers, missing, xref };
  const facts = await gatherFacts(source, watch, (share) =>
    report(total * (parsing + (1 - parsing) * share), total),
  );
  return { bytes, context, catalog, pages, pageNumbers, xref, trailer, facts };
}

async function parse(bytes: Buffer, watch: Watch): Promise<{ context: PDFContext; catalog: PDFDict }> {
  watches.set(bytes, watch);
  try {
    // An empty user password must be given, or the library does not try it.
    const options = { password: '', updateMetadata: false, parseSpeed: ParseSpeeds.Fast };
    const { context, catalog } = await PDFDocument.load(bytes, options);
    if (!(catalog instanceof PDFDict)) throw brokenPdf();
    return { context, catalog };
  } catch (error) {
    throw explain(error);
  } finally {
    watches.delete(bytes);
  }
}

/** The library throws plain errors: their words are all there is to tell them apart. */
function explain(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const words = error instanceof Error ? error.message : String(error);
  if (/password/i.test(words) || error instanceof EncryptedPDFError) {
    return new AppError('ENCRYPTED', 'The file needs a password. Save it without one and upload it again.', {
      cause: error,
    });
  }
  if (/encryption|invalid key length/i.test(words)) {
    return new AppError('ENCRYPTED', 'The file is encrypted in a way that cannot be opened here.', {
      cause: error,
    });
  }
  if (error instanceof RangeError) {
    return new AppError('TOO_COMPLEX', 'The file is nested too deeply to be read safely.', { cause: error });
  }
  return brokenPdf(error);
}

/** No pages can be read from it. */
export function brokenPdf(cause?: unknown): AppError {
  return new AppError(
    'BROKEN_PDF',
    'The file is damaged: no pages can be read from it. Open it in a PDF program, save it anew and try again.',
    { cause },
  );
}

function tooHighNumbers(): AppError {
  return new AppError(
    'TOO_COMPLEX',
    'The file gives its objects numbers that are too high to be handled. Save it anew in a PDF program and try again.',
  );
}

function readTrailer(context: PDFContext, xref: Xref | undefined): SourceTrailer {
  const { Root, Info, ID } = xref
    ? {
        Root: xref.trailer.get(PDFName.of('Root')),
        Info: xref.trailer.get(PDFName.of('Info')),
        ID: xref.trailer.get(PDFName.of('ID')),
      }
    : context.trailerInfo;
  const root = toRef(Root, context);
  if (!root) throw brokenPdf();
  const identifier = context.lookup(ID);
  const first = identifier instanceof PDFArray ? keyOf(identifier.lookup(0)) : undefined;
  return {
    root,
    info: toRef(Info, context),
    id: first === undefined ? undefined : Buffer.from(first, 'latin1').toString('hex'),
  };
}

/** A dictionary by its reference; some programs write it into the trailer itself, where nothing can refer to it. */
function toRef(value: PDFObject | undefined, context: PDFContext): PDFRef | undefined {
  const dict = asDict(context.lookup(value));
  if (!dict) return undefined;
  return value instanceof PDFRef ? value : context.register(dict);
}

/** Whether the cross-reference says of every object what the parser found: only then is it safe to append to. */
function isTrue(table: Xref, { locations, invalid }: Watch, { trailerInfo }: PDFContext): boolean {
  if (invalid > 0 || table.size > maxObjectNumber) return false;
  // The library looks for a catalog where the trailer names none.
  if (table.trailer.get(PDFName.of('Root')) !== trailerInfo.Root) return false;
  for (const [id, offset] of table.offsets) {
    if (locations.get(id) !== offset) return false;
  }
  for (const [id, stream] of table.packed) {
    const offset = table.offsets.get(stream);
    if (offset === undefined || locations.get(id) !== offset) return false;
  }
  return true;
}
