import { assemble } from '../edit/assemble/assemble.ts';
import { edit } from '../edit/edit.ts';
import { endUsageRights } from '../edit/usage-rights.ts';
import type { PlannedDocument, VirtualDocument } from '../model/document.ts';
import type { Draft, EditedDocument } from '../model/edited.ts';
import type { PagePatch, Pictures } from '../model/page.ts';
import type { Fixed } from '../model/pass.ts';
import type { OutputSink } from '../model/sink.ts';
import type { Loss, WrittenDocument } from '../model/written.ts';
import type { Source } from '../source/load.ts';
import { writeAppend } from './append.ts';
import { writeFull } from './full.ts';
import { keptOf } from './kept.ts';

export interface DocumentInput {
  document: PlannedDocument;
  /** Of the document among the results. */
  index: number;
  sources: readonly Source[];
  names: readonly string[];
  /** One for each page of the document. */
  patches: readonly PagePatch[];
  /** That the patches draw. */
  pictures: Pictures;
  /** What changes the document as a whole, in order. */
  edits: readonly ((document: EditedDocument, date: string) => void)[];
  fixed: Fixed;
}

/** Of an assembly, the share of the time that it takes to copy; the rest is writing. */
const copying = 0.4;

/** Writes one document in the way that keeps most of its source. @param report takes the share done */
export async function writeDocument(
  { document, index, sources, names, patches, pictures, edits, fixed }: DocumentInput,
  sink: OutputSink,
  report: (share: number) => void,
): Promise<WrittenDocument> {
  const { pages, result } = document;
  const { name } = result;
  const seed = `${fixed.id}:${index}`;
  const whole = wholeSource(document, sources);
  // A part may be smaller than the whole although all pages are in it: what they do not use goes.
  const only = whole && whole.bytes.length > (document.maxBytes ?? Infinity) ? undefined : whole;
  const change = (edited: EditedDocument): void => {
    for (const each of edits) each(edited, fixed.date);
  };
  const written = (edited: EditedDocument, bytes: number) => ({
    ...result,
    mediaType: 'application/pdf',
    pages: pages.length,
    warnings: [...excess(document, bytes), ...edited.warnings.map((warning) => `${name}: ${warning}`)],
    notes: [...(document.notes ?? []), ...edited.notes].map((note) => `${name}: ${note}`),
  });
  if (!only) {
    const input = { document, sources, names, patches, pictures, seed };
    const { edited, kept, losses } = await assemble(input, (share) => report(share * copying));
    change(edited);
    const bytes = await writeFull(edited, sink, (done, total) =>
      report(copying + (1 - copying) * (done / total)),
    );
    return { ...written(edited, bytes), way: 'assemble', kept, losses };
  }
  const edited = edit(only, patches, pictures, seed);
  change(edited);
  const losses = lossesOfChange(only, edited.draft);
  const progress = (done: number, total: number): void => report(total === 0 ? 1 : done / total);
  const bytes = edited.anew
    ? await writeFull(edited, sink, progress)
    : await writeAppend(edited, only, pages[0]!.source, sink, progress);
  return {
    ...written(edited, bytes),
    way: edited.anew ? 'full' : 'append',
    kept: keptOf(only.facts),
    losses,
  };
}

/** One that is a whole source, byte for byte. */
export async function copyDocument(
  { result, pages, notes = [] }: PlannedDocument,
  { facts }: Source,
  sink: OutputSink,
  report: (share: number) => void,
): Promise<WrittenDocument> {
  await sink.copySource(pages[0]!.source);
  report(1);
  return {
    ...result,
    mediaType: 'application/pdf',
    pages: pages.length,
    way: 'append',
    kept: keptOf(facts),
    losses: [],
    warnings: [],
    notes: notes.map((note) => `${result.name}: ${note}`),
  };
}

/** Bytes that stay as they are lose nothing. */
function lossesOfChange(source: Source, draft: Draft): Loss[] {
  if (source.facts.clean && draft.changes().length === 0) return [];
  return endUsageRights(source, draft);
}

/** That a part is larger than it should be: one page alone may be, and what was drawn on it since has its size too. */
function excess({ result, pages, maxBytes }: PlannedDocument, bytes: number): string[] {
  if (maxBytes === undefined || bytes <= maxBytes) return [];
  const reason = pages.length === 1 ? ', because its one page is' : '';
  const [is, most] = [bytes, maxBytes].map((count) => count.toLocaleString('en'));
  return [`${result.name} is larger than ${most} bytes${reason}: ${is} bytes.`];
}

/** The source that the document is and that may be written with changes; undefined where pages were chosen, moved or joined. */
export function wholeSource(document: VirtualDocument, sources: readonly Source[]): Source | undefined {
  const source = sameSource(document, sources);
  if (!source || source.facts.missingPages > 0) return undefined;
  // A page that the tree holds twice would be stamped twice.
  return new Set(source.pages.map(({ node }) => node)).size === source.pages.length ? source : undefined;
}

/** The source that the document is, page for page, as far as that has its pages. */
export function sameSource({ pages }: VirtualDocument, sources: readonly Source[]): Source | undefined {
  const first = pages[0]!.source;
  const source = sources[first]!;
  if (pages.length !== source.pages.length) return undefined;
  return pages.every((page, index) => page.source === first && page.page === index && !page.blank)
    ? source
    : undefined;
}
