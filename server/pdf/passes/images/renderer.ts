import { PDFiumLibrary } from '@hyzyla/pdfium';
import type { PDFiumDocument } from '@hyzyla/pdfium';
import { headerOf } from '../../source/header.ts';
import { brokenPdf, needsPassword } from '../../source/refusals.ts';
import { openReadable } from '../open-readable.ts';
import type { PassInput } from '../../model/step.ts';

/** Pixels as they were drawn: four bytes each, red, green, blue and alpha, which is full but where nothing was drawn on nothing. */
export interface Bitmap {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Of a page as shown, in units of its content (PDFium knows no UserUnit), or in pixels. */
export interface Size {
  width: number;
  height: number;
}

export interface Renderer {
  /** Of each source. */
  readonly pages: readonly number[];
  /** What the user should know of the sources, in sentences. */
  readonly warnings: readonly string[];
  /**
   * Draws a page, annotations and form fields included; undefined where there is no such page.
   * @param page zero-based
   * @param fit the pixels to draw it with
   * @param ground what it is drawn on: white, if left out
   * @throws Error where PDFium breaks over it
   */
  draw(
    source: number,
    page: number,
    fit: (units: Size) => Size,
    ground?: 'white' | 'nothing',
  ): Promise<Bitmap | undefined>;
}

/** Opens documents in PDFium, one at a time: each has a copy in its memory. @throws AppError as `openReadable` */
export async function openRenderer(sources: PassInput['sources'], maxPages?: number): Promise<Renderer> {
  let library = await PDFiumLibrary.init();
  let open: { source: number; document: PDFiumDocument } | undefined;

  async function documentOf(source: number, bytes: Buffer): Promise<PDFiumDocument> {
    if (open?.source === source) return open.document;
    open?.document.destroy();
    open = undefined;
    open = { source, document: await load(library, bytes) };
    return open.document;
  }

  const pages: number[] = [];
  const readable: Buffer[] = [];
  const warnings: string[] = [];
  for (const [index, source] of sources.entries()) {
    const {
      opened,
      bytes,
      warnings: said,
    } = await openReadable(source, (bytes) => documentOf(index, bytes), maxPages);
    pages.push(opened.getPageCount());
    readable.push(bytes);
    warnings.push(...said);
  }

  return {
    pages,
    warnings,
    async draw(source, page, fit, ground = 'white') {
      try {
        const found = (await documentOf(source, readable[source]!)).getPage(page);
        const { originalWidth, originalHeight } = found.getOriginalSize();
        if (!(originalWidth > 0 && originalHeight > 0)) return undefined;
        const pixels = fit({ width: originalWidth, height: originalHeight });
        const transparent = ground === 'nothing';
        return await found.render({
          ...pixels,
          scale: 1,
          render: 'bitmap',
          renderFormFields: true,
          transparent,
        });
      } catch (error) {
        // What aborted does not work again, and what overflowed is not to be trusted.
        open = undefined;
        library = await PDFiumLibrary.init();
        throw error;
      }
    },
  };
}

async function load(library: PDFiumLibrary, bytes: Buffer): Promise<PDFiumDocument> {
  try {
    // It looks for the beginning in 1,024 bytes only.
    const document = await library.loadDocument(bytes.subarray(headerOf(bytes)));
    if (document.getPageCount() === 0) throw brokenPdf();
    return document;
  } catch (error) {
    // Plain errors: their words are all there is to tell them apart.
    if (!(error instanceof Error) || !/password/i.test(error.message)) throw error;
    throw needsPassword(error);
  }
}
