import { loadSource, type Source } from '../../source/load.ts';
import { mayShowAnnotations } from '../../source/may-show-annotations.ts';
import { shownAnnotations } from '../../source/shown-annotations.ts';
import { Pdfium } from '../pdfium.ts';
import { drawApart } from './draw-apart.ts';
import { openReader } from './reader.ts';
import type { Run } from './text-run.ts';

/**
 * Reads what the annotations of a document show. Those of a page become pages of a document of their own, each drawn
 * where it stands: so they are read as all text is, and it is known what is whose.
 */
export class AnnotationReader {
  readonly #bytes: Buffer;
  readonly #pages: number;
  readonly #pdfium: Pdfium;
  readonly #isNeeded: boolean;
  #source: Promise<Source> | undefined;

  /**
   * @param pages as many as the document has for who reads what is on them
   * @param pdfium shares its memory with others that are open in it
   */
  constructor(bytes: Buffer, pages: number, pdfium = new Pdfium()) {
    this.#bytes = bytes;
    this.#pages = pages;
    this.#pdfium = pdfium;
    this.#isNeeded = mayShowAnnotations(bytes);
  }

  /**
   * Rejects where the annotations cannot be read.
   * @param page zero-based
   * @param report takes the share done: a plan may have thousands on a page
   */
  async read(page: number, report: (share: number) => void): Promise<Run[]> {
    if (!this.#isNeeded) return [];
    const source = await (this.#source ??= loadSource(this.#bytes, () => {}, this.#pages));
    if (source.pages.length !== this.#pages) throw new Error('Its pages are counted in two ways.');
    const shown = shownAnnotations(source, source.pages[page]!);
    if (shown.length === 0) return [];
    const reader = await openReader(await drawApart(source, source.pages[page]!, shown), this.#pdfium);
    try {
      const runs: Run[] = [];
      for (const [index, { subtype, field }] of shown.entries()) {
        const of = { annotation: subtype, ...(field !== undefined && { field }) };
        for (const run of (await reader.read(index)).runs) runs.push({ ...run, of });
        report(index / shown.length);
      }
      return runs;
    } finally {
      await reader.close();
    }
  }
}
