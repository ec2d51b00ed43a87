import { AppError } from '../../../errors.ts';
import { describePages } from '../describe-pages.ts';
import type { Pass, OnProgress } from '../../model/pass.ts';
import { userUnits } from '../../source/user-units.ts';
import { plan } from '../../plan/plan.ts';
import { isOutOfMemory } from '../../source/out-of-memory.ts';
import { withEnding } from '../../plan/safe-names.ts';
import { touchedPages } from '../../plan/touched.ts';
import { createZip } from '../../write/zip.ts';
import { encode, type Encoding, type ImageFormat } from './encode.ts';
import { type Frame, pack, unpack } from './frames.ts';
import { pixelsOf } from './pixels.ts';
import { openRenderer } from './renderer.ts';
import type { VirtualPage } from '../../model/document.ts';
import type { WrittenDocument } from '../../model/written.ts';
import type { PassInput } from '../../model/step.ts';

/** Ranges become images, which are put into archives. */
export async function openImagePass(input: PassInput, report: OnProgress): Promise<Pass> {
  const { sources, calls, fixed, maxPages, naming } = input;
  const options = calls[0]!.options as unknown as Encoding & { dpi: number };
  const units: (readonly number[])[] = [];
  for (const { bytes } of sources) units.push(await userUnits(bytes, maxPages));
  const renderer = await openRenderer(sources, maxPages);
  report({ phase: 'load', done: 1, total: 1 });
  const counted = sources.map((source, index) => ({ ...source, pages: renderer.pages[index]! }));
  const { documents } = plan(calls, counted, maxPages, undefined, { naming, extension: 'zip' });
  const pages = documents.flatMap((document) => document.pages);

  async function draw({ source, page }: VirtualPage): Promise<Frame> {
    try {
      let { dpi } = options;
      const unit = units[source]![page] ?? 1;
      const bitmap = await renderer.draw(source, page, ({ width, height }) => {
        const fit = pixelsOf({ width: width * unit, height: height * unit }, dpi);
        dpi = fit.dpi;
        return fit.size;
      });
      if (!bitmap) return failed;
      const image = await encode(bitmap, options, dpi);
      return { outcome: dpi < options.dpi ? 'smaller' : 'drawn', image };
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      return failed;
    }
  }

  async function* drawAll(first: number, last: number): AsyncIterable<Uint8Array> {
    for (let n = first; n < last; n += 1) {
      yield* pack(await draw(pages[n]!));
      report({ phase: 'range', done: n + 1 - first, total: last - first });
    }
  }

  return {
    pages: pages.length,
    warnings: renderer.warnings,
    cost: costOf(options, pages.length),
    range: async (first, last) => drawAll(first, last),
    async write(ranges, { emit, stored }) {
      const frames = unpack(ranges, stored);
      const written: WrittenDocument[] = [];
      const drawn: number[] = [];
      let done = 0;
      for (const document of documents) {
        const { name, result } = document;
        const stem = result.name.replace(/\.zip$/, '');
        const zip = createZip(emit(result.name), fixed.date);
        const numbers: Record<Frame['outcome'], number[]> = { drawn: [], smaller: [], failed: [] };
        for (const { page } of document.pages) {
          const { outcome, image } = (await frames.next()).value!;
          numbers[outcome].push(page + 1);
          const number = String(page + 1).padStart(4, '0');
          const picture = withEnding(stem, `-${number}.${extensions[options.format]}`);
          if (outcome !== 'failed') await zip.add(picture, image);
          done += 1;
          report({ phase: 'write', done, total: pages.length });
        }
        await zip.end();
        if (numbers.failed.length === document.pages.length) throw undrawable(name);
        const warnings = describe(numbers, options.dpi).map((warning) => `${name}: ${warning}`);
        written.push({ ...result, mediaType: 'application/zip', pages: null, warnings, notes: [] });
        drawn.push(document.pages.length - numbers.failed.length);
      }
      return { documents: written, touched: [touchedPages(documents, drawn)] };
    },
  };
}

const failed: Frame = { outcome: 'failed', image: Buffer.alloc(0) };

const extensions: Record<ImageFormat, string> = { PNG: 'png', JPEG: 'jpg', WEBP: 'webp' };

/* Measured on two shared cores, for a page of A4, which is 93.5 square inches. */
const msPerPage = 30;
const msPerMegapixel: Record<ImageFormat, number> = { PNG: 45, JPEG: 50, WEBP: 80 };

function costOf({ format, dpi }: { format: ImageFormat; dpi: number }, pages: number): Pass['cost'] {
  const megapixels = Math.min(25, (93.5 * dpi ** 2) / 1e6);
  return { load: 250, perPage: msPerPage + megapixels * msPerMegapixel[format], write: 5 + 2 * pages };
}

function describe({ smaller, failed }: Record<Frame['outcome'], number[]>, dpi: number): string[] {
  const warnings: string[] = [];
  if (smaller.length > 0) {
    const [are, were] = smaller.length === 1 ? ['is', 'it was'] : ['are', 'they were'];
    warnings.push(
      `${describePages(smaller)} ${are} too large for ${dpi} dpi; ${were} drawn with 25 megapixels at most.`,
    );
  }
  if (failed.length > 0) {
    const [are, were] = failed.length === 1 ? ['is', 'was'] : ['are', 'were'];
    warnings.push(`${describePages(failed)} ${are} damaged and ${were} left out.`);
  }
  return warnings;
}

function undrawable(name: string): AppError {
  return new AppError(
    'TOO_COMPLEX',
    `${name}: no page could be drawn. Save the file anew in a PDF program and try again.`,
  );
}
