import type { Pass, Range, OnProgress } from '../../model/pass.ts';
import { plan } from '../../plan/plan.ts';
import { isOutOfMemory } from '../../source/out-of-memory.ts';
import { describePages } from '../describe-pages.ts';
import { rangeByPage } from '../by-page.ts';
import { openReadable } from '../open-readable.ts';
import { Pdfium } from '../pdfium.ts';
import { AnnotationReader } from './annotation-reader.ts';
import { formats } from './formats.ts';
import { layOut } from './layout.ts';
import { openReader, type TextReader } from './reader.ts';
import type { Run } from './text-run.ts';
import { touchedPages } from '../../plan/touched.ts';
import type { VirtualPage } from '../../model/document.ts';
import type { WrittenDocument } from '../../model/written.ts';
import type { PassInput } from '../../model/step.ts';
import type { PageText } from './page-text.ts';

/** Ranges become lines with their places; they are written in the format that is wanted, one range in memory at a time. */
export async function openTextPass(input: PassInput, report: OnProgress): Promise<Pass> {
  const { sources, calls, maxPages, naming } = input;
  const readers: TextReader[] = [];
  const annotations: AnnotationReader[] = [];
  const warnings: string[] = [];
  const pdfium = new Pdfium();
  for (const source of sources) {
    const {
      opened,
      bytes,
      warnings: said,
    } = await openReadable(source, (bytes) => openReader(bytes, pdfium), maxPages);
    // Each is a copy in the one memory, and is opened again when it is read.
    await opened.close();
    readers.push(opened);
    annotations.push(new AnnotationReader(bytes, opened.pages, pdfium));
    warnings.push(...said);
    report({ phase: 'load', done: readers.length, total: sources.length });
  }
  const wanted = String(calls[0]!.options.format);
  const format = formats[wanted]!;
  const { extension, mediaType } = format;
  const counted = sources.map((source, index) => ({ ...source, pages: readers[index]!.pages }));
  const { documents } = plan(calls, counted, maxPages, undefined, { naming, extension });
  const pages = documents.flatMap((document) => document.pages);

  let open: number | undefined;

  async function read({ source, page }: VirtualPage, progress: Progress): Promise<PageText> {
    if (open !== undefined && open !== source) await readers[open]!.close();
    open = source;
    try {
      const { width, height, rotation, runs } = await readers[source]!.read(page);
      const shown = await readAnnotations(source, page, progress);
      const lines = layOut([...runs, ...(shown ?? [])], wanted === 'JSON');
      return {
        page: page + 1,
        width,
        height,
        rotation,
        lines,
        ...(!shown && { unreadableAnnotations: true }),
      };
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      return { page: page + 1, width: 0, height: 0, rotation: 0, lines: [], unreadable: true };
    }
  }

  /** Undefined where they cannot be read. */
  async function readAnnotations(
    source: number,
    page: number,
    progress: Progress,
  ): Promise<Run[] | undefined> {
    try {
      return await annotations[source]!.read(page, progress);
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      return undefined;
    }
  }

  return {
    pages: pages.length,
    warnings,
    cost: { load: 150, perPage: msPerPage, write: 5 + pages.length * format.msPerPage },
    range: (first, last) => rangeByPage(pages, { first, last }, report, read),
    async write(ranges, { emit, stored }) {
      const written: WrittenDocument[] = [];
      const read: number[] = [];
      let before = 0;
      for (const { name, result, pages: own } of documents) {
        const after = before + own.length;
        const faults: Faults = { empty: new Set(), unreadable: new Set(), unreadableAnnotations: new Set() };
        let seen = 0;
        async function* texts(): AsyncIterable<PageText> {
          for await (const text of between(ranges, stored, before, after)) {
            if (text.unreadableAnnotations) faults.unreadableAnnotations.add(text.page);
            if (text.unreadable) faults.unreadable.add(text.page);
            else if (text.lines.length === 0) faults.empty.add(text.page);
            yield text;
            seen += 1;
            report({ phase: 'write', done: before + seen / format.readings, total: pages.length });
          }
        }
        const sink = emit(result.name);
        for await (const text of format.write(texts)) await sink.write(Buffer.from(text));
        await sink.end();
        const warnings = describe(faults).map((warning) => `${name}: ${warning}`);
        written.push({ ...result, mediaType, pages: null, warnings, notes: [] });
        read.push(own.length - faults.empty.size - faults.unreadable.size);
        before = after;
      }
      return { documents: written, touched: [touchedPages(documents, read)] };
    },
  };
}

/** Takes the share of a page that is done. */
type Progress = (share: number) => void;

/** Measured on two shared cores. */
const msPerPage = 3;

/** What was read of the pass's pages `[first, last)`. */
async function* between(
  ranges: readonly Range[],
  stored: (range: number) => Promise<Buffer>,
  first: number,
  last: number,
): AsyncIterable<PageText> {
  for (const [index, range] of ranges.entries()) {
    if (range.last <= first || range.first >= last) continue;
    const texts = JSON.parse((await stored(index)).toString()) as PageText[];
    yield* texts.slice(Math.max(0, first - range.first), last - range.first);
  }
}

/** Numbers of pages. */
interface Faults {
  empty: Set<number>;
  unreadable: Set<number>;
  unreadableAnnotations: Set<number>;
}

function describe({ empty, unreadable, unreadableAnnotations }: Faults): string[] {
  const warnings: string[] = [];
  if (empty.size > 0) {
    const [have, they] = empty.size === 1 ? ['has', 'it is'] : ['have', 'they are'];
    warnings.push(`${describePages([...empty])} ${have} no text: ${they} empty, or scanned.`);
  }
  if (unreadable.size > 0) {
    const are = unreadable.size === 1 ? 'is' : 'are';
    warnings.push(`${describePages([...unreadable])} ${are} damaged and could not be read.`);
  }
  if (unreadableAnnotations.size > 0) {
    const where = describePages([...unreadableAnnotations]);
    warnings.push(`${where}: form fields and comments could not be read.`);
  }
  return warnings;
}
