import { userUnits } from '../../source/user-units.ts';
import { Pdfium } from '../pdfium.ts';
import { readRuns } from './page-runs.ts';
import { callsOf, handleOf } from './pdfium-calls.ts';
import type { PageRuns } from './text-run.ts';

export interface TextReader {
  pages: number;
  /** @param page zero-based; rejects where the page is too damaged */
  read(page: number): Promise<PageRuns>;
  close(): Promise<void>;
}

/**
 * Opens a document for its text.
 * @param pdfium shares its memory with others that are open in it
 * @throws AppError ENCRYPTED, BROKEN_PDF
 */
export async function openReader(bytes: Buffer, pdfium = new Pdfium()): Promise<TextReader> {
  const file = await pdfium.open(bytes);
  // However many PDFium counts: the upload has counted them as this does.
  const units = await userUnits(bytes, Infinity);
  return {
    pages: file.pages,
    async read(index) {
      const read = await file.use((document) => {
        const calls = callsOf(document);
        const page = calls.FPDF_LoadPage(handleOf(document), index);
        if (page === 0) return undefined;
        const runs = readRuns(calls, page, units[index] ?? 1);
        calls.FPDF_ClosePage(page);
        return runs;
      });
      if (!read) throw new Error(`page ${index} cannot be loaded`);
      return read;
    },
    close: () => file.close(),
  };
}
