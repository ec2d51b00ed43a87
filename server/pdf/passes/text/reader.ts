import { fileURLToPath } from 'node:url';
import { getDocument, PasswordException, Util, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { brokenPdf, needsPassword } from '../../source/refusals.ts';

/** A piece of text in one font on one line, seen upright: turned by `angle` clockwise it stands as on the page. */
export interface Run {
  text: string;
  /** Degrees. */
  angle: number;
  /** Points, from the top left of the page as shown, in the frame that was turned back by `angle`. */
  left: number;
  right: number;
  baseline: number;
  top: number;
  bottom: number;
  /** Of the font, in points. */
  size: number;
  /** All its characters are as wide as each other. */
  monospace: boolean;
  rightToLeft: boolean;
  /** The annotation that shows it; the page itself, if left out. */
  of?: Origin;
}

/** What else than the page itself shows a piece of text. */
export interface Origin {
  /** The subtype of an annotation, as `FreeText` or `Widget`. */
  annotation: string;
  /** The full name of a form field. */
  field?: string;
}

/** A page as shown, rotation applied; sizes in points. */
export interface PageRuns {
  width: number;
  height: number;
  rotation: number;
  runs: Run[];
}

export interface TextReader {
  pages: number;
  /** @param page zero-based; rejects where the page is too damaged */
  read(page: number): Promise<PageRuns>;
  /** Lets go of fonts and the like, until they are needed again. */
  trim(): Promise<void>;
  close(): Promise<void>;
}

// pdf.js looks ahead, and forgets what it looked for where a page fails before: a browser would but note the rejection.
process.on('unhandledRejection', (reason) => {
  if (!(reason instanceof Error && reason.stack?.includes('pdfjs-dist'))) throw reason;
});

/** Opens a document in pdf.js, in this thread, with no other files than the package's own. @throws AppError ENCRYPTED */
export async function openReader(bytes: Buffer): Promise<TextReader> {
  const document = await open(bytes);
  if (document.numPages < 1) throw brokenPdf();
  return {
    pages: document.numPages,
    async read(index) {
      const page = await document.getPage(index + 1);
      try {
        return await readPage(page);
      } finally {
        page.cleanup();
      }
    },
    trim: () => document.cleanup(),
    close: () => document.loadingTask.destroy(),
  };
}

async function open(bytes: Buffer): Promise<PDFDocumentProxy> {
  const task = getDocument({
    // A copy: pdf.js takes the bytes that it is given for itself.
    data: new Uint8Array(bytes),
    password: '',
    verbosity: VerbosityLevel.ERRORS,
    cMapUrl: folderOf('cmaps'),
    standardFontDataUrl: folderOf('standard_fonts'),
    wasmUrl: folderOf('wasm'),
    useSystemFonts: false,
    disableFontFace: true,
  });
  try {
    return await task.promise;
  } catch (error) {
    if (!(error instanceof PasswordException)) throw error;
    throw needsPassword(error);
  }
}

/** A folder of the package. */
function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../${name}/`, import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs')));
}

async function readPage(page: PDFPageProxy): Promise<PageRuns> {
  const viewport = page.getViewport({ scale: 1 });
  const shown = viewport.transform as Matrix;
  const unit = Math.hypot(shown[0], shown[1]);
  const { items, styles } = await page.getTextContent();
  const runs: Run[] = [];
  for (const item of items) {
    if (!('str' in item) || item.str === '') continue;
    const previous = runs.at(-1);
    // A space of its own: belongs to what it follows.
    if (item.str.trim() === '') {
      if (previous && !previous.text.endsWith(' ')) previous.text += ' ';
      continue;
    }
    const style = styles[item.fontName ?? ''];
    const [a, b, c, d, x, y] = Util.transform(shown, item.transform as Matrix) as Matrix;
    const size = Math.hypot(c, d);
    // Vertical writing runs down the page.
    const angle = Math.round(Math.atan2(b, a) / degree) + (style?.vertical ? 90 : 0);
    const [left, baseline] = turn(x, y, -angle);
    const length = unit * (style?.vertical ? item.height : item.width);
    runs.push({
      text: item.str,
      angle: (angle + 360) % 360,
      left,
      right: left + length,
      baseline,
      top: baseline - size * within(style?.ascent, 0.5, 1.2, 0.8),
      bottom: baseline - size * within(style?.descent, -0.5, 0, -0.2),
      size,
      monospace: style?.fontFamily === 'monospace',
      rightToLeft: item.dir === 'rtl',
    });
  }
  return { width: viewport.width, height: viewport.height, rotation: page.rotate, runs };
}

type Matrix = [number, number, number, number, number, number];

const degree = Math.PI / 180;

/** Turns a point clockwise around the top left of the page, by degrees. */
export function turn(x: number, y: number, angle: number): [x: number, y: number] {
  const [sin, cos] = [Math.sin(angle * degree), Math.cos(angle * degree)];
  return [x * cos - y * sin, x * sin + y * cos];
}

/** Fonts say of themselves what they like, or nothing. */
function within(value: number | undefined, least: number, most: number, otherwise: number): number {
  return value !== undefined && value >= least && value <= most ? value : otherwise;
}
