import type { PlannedDocument } from '../../model/document.ts';
import type { PagePatch } from '../../model/page.ts';
import type { OnProgress, PassFiles } from '../../model/pass.ts';
import type { BoundStep } from '../../model/step.ts';
import type { WrittenDocument } from '../../model/written.ts';
import { copyDocument, type DocumentInput, writeDocument } from '../../write/write-document.ts';
import { describePages } from '../describe-pages.ts';

export interface PatchedDocuments extends Omit<DocumentInput, 'document' | 'index' | 'patches' | 'edits'> {
  documents: readonly PlannedDocument[];
  /** The steps of the pass. */
  calls: readonly BoundStep[];
  /** The source that a document is, byte for byte; undefined where it is to be written. */
  sameAs(document: PlannedDocument): Parameters<typeof copyDocument>[1] | undefined;
}

/** Writes documents with what is to be done to their pages, one after the other. @param patches of all pages, in order */
export async function writePages(
  { documents, calls, sameAs, ...input }: PatchedDocuments,
  patches: AsyncIterator<PagePatch, undefined>,
  emit: PassFiles['emit'],
  report: OnProgress,
): Promise<WrittenDocument[]> {
  const written: WrittenDocument[] = [];
  const total = documents.reduce((sum, { pages }) => sum + pages.length, 0);
  let before = 0;
  for (const [index, document] of documents.entries()) {
    const count = document.pages.length;
    const own: PagePatch[] = [];
    while (own.length < count) own.push((await patches.next()).value!);
    const sink = emit(document.result.name);
    const progress = (share: number): void => report({ phase: 'write', done: before + share * count, total });
    const edits = await editsOf(document, calls);
    const same = sameAs(document);
    const result = same
      ? await copyDocument(document, same, sink, progress)
      : await writeDocument({ ...input, document, index, patches: own, edits }, sink, progress);
    await sink.end();
    written.push({ ...result, warnings: [...result.warnings, ...doubts(document.result.name, own)] });
    before += count;
  }
  return written;
}

/** What the steps that change it as a whole do to a document. */
async function editsOf(
  { documentTasks }: PlannedDocument,
  calls: readonly BoundStep[],
): Promise<DocumentInput['edits']> {
  const edits: DocumentInput['edits'][number][] = [];
  for (const task of documentTasks) {
    const { step, options } = calls[task]!;
    const edit = await step.edit?.();
    if (edit) edits.push((document, date) => edit(document, options, date));
  }
  return edits;
}

/** What was drawn over content that nobody understands. */
function doubts(name: string, patches: readonly PagePatch[]): string[] {
  const pages = [...patches.keys()].filter((page) => patches[page]!.balance?.doubtful);
  if (pages.length === 0) return [];
  const [is, it] = pages.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const where = describePages(pages.map((page) => page + 1));
  return [`${name}: ${where} ${is} damaged. See whether what was drawn on ${it} is in its place.`];
}
