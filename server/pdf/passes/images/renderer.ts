import { openReadable } from '../open-readable.ts';
import { Pdfium, type PdfiumFile } from '../pdfium.ts';
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
  const pdfium = new Pdfium();
  const files: PdfiumFile[] = [];
  const warnings: string[] = [];
  for (const source of sources) {
    await files.at(-1)?.close();
    const { opened, warnings: said } = await openReadable(source, (bytes) => pdfium.open(bytes), maxPages);
    files.push(opened);
    warnings.push(...said);
  }
  let open = files.length - 1;

  return {
    pages: files.map(({ pages }) => pages),
    warnings,
    async draw(source, page, fit, ground = 'white') {
      if (source !== open) await files[open]!.close();
      open = source;
      return files[source]!.use(async (document) => {
        const found = document.getPage(page);
        const { originalWidth, originalHeight } = found.getOriginalSize();
        if (!(originalWidth > 0 && originalHeight > 0)) return undefined;
        const pixels = fit({ width: originalWidth, height: originalHeight });
        const transparent = ground === 'nothing';
        return found.render({ ...pixels, scale: 1, render: 'bitmap', renderFormFields: true, transparent });
      });
    },
  };
}
