import type { Amount, Touched } from '../model/written.ts';
import type { DocumentPlan, VirtualDocument, VirtualPage } from '../model/document.ts';

/** A document by its size alone. */
interface Sized {
  name: string;
  pages: { readonly length: number };
}

/** What a step did, found by what it made of the documents. @param step its index in the job */
export function touchedBy(
  step: number,
  before: readonly VirtualDocument[],
  after: readonly VirtualDocument[],
): Touched {
  const made = new Set(after);
  const kept = new Map<VirtualDocument, VirtualDocument>();
  const byFirstPage = Map.groupBy(after, ({ pages }) => pages[0]);
  for (const document of before) {
    const others = byFirstPage.get(document.pages[0]) ?? [];
    const same = others.find((other) => made.has(other) && isSame(document, other));
    if (!same) continue;
    kept.set(document, same);
    made.delete(same);
  }
  // What is there as it was, and in parts as well, was touched.
  const used = new Set(kept.size === 0 ? [] : [...made].flatMap(({ pages }) => pages));
  for (const [document, same] of kept) {
    if (!document.pages.some((page) => used.has(page))) continue;
    kept.delete(document);
    made.add(same);
  }
  return {
    given: amount(before.filter((document) => !kept.has(document))),
    made: amount([...made]),
    pages: [...made].flatMap(({ pages }) => pages).filter(hasTaskOf(step)).length,
    untouched: [...kept.keys()].map(({ name }) => name),
    notes: [],
  };
}

/** The same of a step that draws, right after it is planned: it draws on every page that it names. Lists none. */
export function touchedByDrawing(documents: readonly DocumentPlan[]): Touched {
  const counts = documents.map(({ pages }) => {
    const selection = pages.attached?.steps.at(-1)?.selection;
    return selection ? selection.ascending().count : pages.length;
  });
  return touchedPages(documents, counts);
}

/** The same of a step that only its work can tell of. @param counts of each document the pages that it read, drew or packed */
export function touchedPages(documents: readonly Sized[], counts: readonly number[]): Touched {
  const given = amount(documents.filter((_, index) => counts[index]! > 0));
  return {
    given,
    made: given,
    pages: counts.reduce((sum, count) => sum + count, 0),
    untouched: documents.filter((_, index) => counts[index] === 0).map(({ name }) => name),
    notes: [],
  };
}

function isSame(a: VirtualDocument, b: VirtualDocument): boolean {
  return (
    a.pages.length === b.pages.length &&
    a.documentTasks.length === b.documentTasks.length &&
    a.notes === b.notes &&
    a.part === b.part &&
    a.pages.every((page, index) => page === b.pages[index])
  );
}

const hasTaskOf = (step: number) => (page: VirtualPage) => page.tasks.at(-1)?.step === step;

function amount(documents: readonly Sized[]): Amount {
  return { documents: documents.length, pages: documents.reduce((sum, { pages }) => sum + pages.length, 0) };
}
