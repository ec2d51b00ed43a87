import type { Pass, PassInput, RangeResult, Report } from '../pass.ts';
import { plan } from '../plan.ts';
import { isOutOfMemory } from '../slot/failure.ts';
import type { VirtualDocument, VirtualPage } from '../step.ts';
import type { WrittenDocument } from '../write/document.ts';
import { describePages } from '../describe-pages.ts';
import { formats, type PageText } from './formats.ts';
import { layOut } from './layout.ts';
import { openReader, type TextReader } from './reader.ts';

/** Ranges become lines with their places; they are written in the format that is wanted, one range in memory at a time. */
export async function openTextPass(input: PassInput, report: Report): Promise<Pass> {
  const { sources, calls, maxPages } = input;
  const readers: TextReader[] = [];
  for (const { bytes } of sources) {
    readers.push(await openReader(bytes));
    report({ phase: 'load', done: readers.length, total: sources.length });
  }
  const documents = plan(
    calls,
    sources.map(({ name }, index) => ({ name, pages: readers[index]!.pages })),
    maxPages,
  );
  const pages = documents.flatMap((document) => document.pages);
  const wanted = String(calls[0]!.options.format);
  const format = formats[wanted]!;

  async function read({ source, page }: VirtualPage): Promise<PageText> {
    try {
      const { width, height, rotation, runs } = await readers[source]!.read(page);
      const lines = layOut(runs, wanted === 'JSON');
      return { page: page + 1, width, height, rotation, lines };
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      return { page: page + 1, width: 0, height: 0, rotation: 0, lines: [], unreadable: true };
    }
  }

  return {
    facts: [],
    pages: pages.length,
    warnings: [],
    cost: { load: 150, perPage: msPerPage, write: 5 + pages.length * msPerPageWritten },
    async range(first, last) {
      const texts: PageText[] = [];
      for (const page of pages.slice(first, last)) {
        texts.push(await read(page));
        report({ phase: 'range', done: texts.length, total: last - first });
      }
      for (const reader of readers) await reader.trim();
      return { bytes: [Buffer.from(JSON.stringify(texts))] };
    },
    async write(results, { emit, stored }) {
      const written: WrittenDocument[] = [];
      let before = 0;
      for (const document of documents) {
        const after = before + document.pages.length;
        const texts = () => between(results, stored, before, after);
        const sink = emit(document.name);
        for await (const text of format.write(texts)) await sink.write(Buffer.from(text));
        await sink.end();
        const name = document.name.replace(/pdf$/, format.extension);
        const warnings = await warningsOf(document, texts());
        written.push({ name, mediaType: format.mediaType, pages: null, warnings, notes: [] });
        before = after;
        report({ phase: 'write', done: before, total: pages.length });
      }
      return written;
    },
  };
}

/* Measured on two shared cores. */
const msPerPage = 10;
const msPerPageWritten = 1;

/** What was read of the pass's pages `[first, last)`. */
async function* between(
  results: readonly RangeResult[],
  stored: (range: number) => Promise<Buffer>,
  first: number,
  last: number,
): AsyncIterable<PageText> {
  for (const [index, range] of results.entries()) {
    if (range.last <= first || range.first >= last) continue;
    const texts = JSON.parse((await stored(index)).toString()) as PageText[];
    yield* texts.slice(Math.max(0, first - range.first), last - range.first);
  }
}

async function warningsOf({ name }: VirtualDocument, texts: AsyncIterable<PageText>): Promise<string[]> {
  const [empty, unreadable]: [number[], number[]] = [[], []];
  for await (const text of texts) {
    if (text.unreadable) unreadable.push(text.page);
    else if (text.lines.length === 0) empty.push(text.page);
  }
  const warnings: string[] = [];
  if (empty.length > 0) {
    const [have, look] = empty.length === 1 ? ['has', 'it looks'] : ['have', 'they look'];
    warnings.push(`${name}: ${describePages(empty)} ${have} no text; ${look} scanned.`);
  }
  if (unreadable.length > 0) {
    const are = unreadable.length === 1 ? 'is' : 'are';
    warnings.push(`${name}: ${describePages(unreadable)} ${are} damaged and could not be read.`);
  }
  return warnings;
}
