import { PDFiumLibrary } from '@hyzyla/pdfium';
import type { PDFiumDocument } from '@hyzyla/pdfium';
import { headerOf } from '../source/header.ts';
import { brokenPdf, needsPassword } from '../source/refusals.ts';

/** PDFium and its memory, for any number of documents. What has broken over one is replaced, and all are opened anew. */
export class Pdfium {
  #library: Promise<PDFiumLibrary> | undefined;

  get library(): Promise<PDFiumLibrary> {
    return (this.#library ??= PDFiumLibrary.init());
  }

  /** What aborted does not work again, and what overflowed is not to be trusted. */
  replace(): void {
    this.#library = undefined;
  }

  /** @throws AppError ENCRYPTED, BROKEN_PDF; Error where PDFium does not open it */
  async open(bytes: Buffer): Promise<PdfiumFile> {
    const file = new PdfiumFile(this, bytes);
    file.pages = await file.use((document) => document.getPageCount());
    if (file.pages === 0) throw brokenPdf();
    return file;
  }
}

/** A document of which PDFium has a copy in its memory, from when it is used until it is closed. */
export class PdfiumFile {
  pages = 0;
  readonly #pdfium: Pdfium;
  readonly #bytes: Buffer;
  #open: { library: PDFiumLibrary; document: PDFiumDocument } | undefined;

  constructor(pdfium: Pdfium, bytes: Buffer) {
    this.#pdfium = pdfium;
    this.#bytes = bytes;
  }

  /** @param work what throws in it is PDFium, which is not used again */
  async use<T>(work: (document: PDFiumDocument) => T | Promise<T>): Promise<T> {
    const library = await this.#pdfium.library;
    if (this.#open?.library !== library) this.#open = { library, document: await load(library, this.#bytes) };
    try {
      return await work(this.#open.document);
    } catch (error) {
      this.#pdfium.replace();
      throw error;
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open && open.library === (await this.#pdfium.library)) open.document.destroy();
  }
}

async function load(library: PDFiumLibrary, bytes: Buffer): Promise<PDFiumDocument> {
  try {
    // It looks for the beginning in 1,024 bytes only.
    return await library.loadDocument(bytes.subarray(headerOf(bytes)));
  } catch (error) {
    // Plain errors: their words are all there is to tell them apart.
    if (!(error instanceof Error) || !/password/i.test(error.message)) throw error;
    throw needsPassword(error);
  }
}
