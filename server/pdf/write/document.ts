import { assemble } from '../edit/assemble/assemble.ts';
import { edit } from '../edit/edit.ts';
import type { Fixed } from '../edit/identifier.ts';
import type { Loss } from './describe-losses.ts';
import type { Source } from '../source/load.ts';
import { keptOf } from './kept.ts';
import type { Kept } from './kept.ts';
import type { OutputSink } from '../model/sink.ts';
import type { PagePatch, Pictures, StepCall, VirtualDocument } from '../model/step.ts';
import { steps } from '../registry.ts';
import { writeAppend } from './append.ts';
import { writeFull } from './full.ts';

/** One result, and what is to be known of it. */
export interface WrittenDocument {
  /** File name, with its extension. */
  name: string;
  mediaType: string;
  /** Null where it is no PDF. */
  pages: number | null;
  /** How a PDF was written: original bytes untouched, all anew, or put together from pages. */
  way?: 'append' | 'full' | 'assemble';
  /** How much of the sources' structure a PDF has. */
  kept?: Kept;
  /** What of the sources could not be kept. */
  losses?: Loss[];
  /** What else the user should know, in sentences. */
  warnings: string[];
  /** What the step has to tell of its work, in sentences. */
  notes: string[];
}

export interface DocumentInput {
  document: VirtualDocument;
  /** Of the document among the results. */
  index: number;
  sources: readonly Source[];
  names: readonly string[];
  /** One for each page of the document. */
  patches: readonly PagePatch[];
  calls: readonly StepCall[];
  pictures: Pictures;
  fixed: Fixed;
}

/** Writes one document in the way that keeps most of its source. @param report takes the share done */
export async function writeDocument(
  { document, index, sources, names, patches, calls, pictures, fixed }: DocumentInput,
  sink: OutputSink,
  report: (share: number) => void,
): Promise<WrittenDocument> {
  const { name, pages } = document;
  const metadata = document.documentTasks.map((step) => calls[step]!.options);
  const strip = metadata.some((options) => options.strip === true);
  const ink = { characters: calls.map(charactersOf).join(''), pictures };
  const seed = { date: fixed.date, id: `${fixed.id}:${index}` };
  const progress = (done: number, total: number): void => report(total === 0 ? 1 : done / total);
  const written = { name, mediaType: 'application/pdf', pages: pages.length, notes: [] };
  const only = wholeSource(document, sources);
  if (!only) {
    const input = { document, sources, names, patches, metadata, ink, strip, fixed: seed };
    const { bytes, kept, losses } = await assemble(input, sink, progress);
    return { ...written, way: 'assemble', kept, losses, warnings: excess(document, bytes) };
  }
  const edited = edit(only, patches, metadata, ink, seed);
  const way = only.facts.clean && !strip ? 'append' : 'full';
  const bytes =
    way === 'append'
      ? await writeAppend(edited, pages[0]!.source, sink, progress)
      : await writeFull(edited, strip, sink, progress);
  return { ...written, way, kept: keptOf(only.facts), warnings: excess(document, bytes) };
}

/** That a part is larger than it should be: one page alone may be, and what was drawn on it since has its size too. */
function excess({ name, pages, maxBytes }: VirtualDocument, bytes: number): string[] {
  if (maxBytes === undefined || bytes <= maxBytes) return [];
  const reason = pages.length === 1 ? ', because its one page is' : '';
  const [is, most] = [bytes, maxBytes].map((count) => count.toLocaleString('en'));
  return [`${name} is larger than ${most} bytes${reason}: ${is} bytes.`];
}

/** The source that the document is, page for page; undefined where pages were chosen, moved or joined. */
export function wholeSource({ pages }: VirtualDocument, sources: readonly Source[]): Source | undefined {
  const first = pages[0]!.source;
  const source = sources[first]!;
  if (pages.length !== source.pages.length || source.facts.missingPages > 0) return undefined;
  // A page that the tree holds twice would be stamped twice.
  if (new Set(source.pages.map(({ node }) => node)).size !== pages.length) return undefined;
  return pages.every((page, index) => page.source === first && page.page === index && !page.blank)
    ? source
    : undefined;
}

function charactersOf({ name, options }: StepCall): string {
  return steps.find((step) => step.name === name)?.characters?.(options) ?? '';
}
