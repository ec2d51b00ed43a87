import { AppError } from '../errors.ts';
import { pageList } from './page-list.ts';
import { planBudget, type PlanLimits } from './plan-limits.ts';
import type { DocumentPlan, StepCall, Survey, VirtualDocument, VirtualPage } from './step.ts';
import { steps } from './steps.ts';

interface CountedSource {
  name: string;
  pages: number;
}

/**
 * What the steps make of the sources, page by page.
 * @param survey without it, from page counts alone: what is split by anything else stays whole
 * @throws AppError as {@link checkPlan}
 */
export function plan(
  calls: readonly StepCall[],
  sources: readonly CountedSource[],
  maxPages = 20_000,
  survey?: Survey,
): VirtualDocument[] {
  const documents = planDocuments(calls, sources, { maxPages, maxJobPages: Infinity }, survey);
  const names = distinctNames(documents);
  return documents.map((document, index) => ({
    ...document,
    name: names[index]!,
    pages: document.pages.list(),
  }));
}

/**
 * Refuses what page counts show to be impossible or too much. Lists no page: the time that it takes has nothing to do
 * with how many there are.
 * @throws AppError whose `field` is `[step index, step name, option]`; LIMIT_EXCEEDED where the job is too large
 */
export function checkPlan(
  calls: readonly StepCall[],
  sources: readonly CountedSource[],
  limits: PlanLimits,
): void {
  planDocuments(calls, sources, limits);
}

function planDocuments(
  calls: readonly StepCall[],
  sources: readonly CountedSource[],
  limits: PlanLimits,
  survey?: Survey,
): DocumentPlan[] {
  let documents = sources.map(({ name, pages }, source): DocumentPlan => ({
    name,
    pages: pageList(pages, () =>
      Array.from({ length: pages }, (_, page): VirtualPage => ({ source, page, tasks: [] })),
    ),
    bookmarkPerSource: false,
    documentTasks: [],
  }));
  const budget = planBudget(limits);
  for (const [index, call] of calls.entries()) {
    const step = steps.find(({ name }) => name === call.name);
    if (!step)
      throw new AppError('INVALID_INPUT', `There is no step “${call.name}”.`, { field: [String(index)] });
    const field = [String(index), call.name];
    if (step.last && index < calls.length - 1) {
      const message = `“${step.title}” makes no PDF that a further step could change. Put it last.`;
      throw new AppError('INVALID_INPUT', message, { field });
    }
    try {
      budget.spendRanges(step, call, documents.length);
      documents = step.plan(documents, call.options, index, survey);
      budget.spendPages(documents);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, error.message, { field: [...field, ...error.field], cause: error });
    }
  }
  return documents;
}

/** `<stem>.pdf`, then `<stem>-2.pdf`; names that differ in case only are the same file to many systems. */
function distinctNames(documents: readonly { name: string }[]): string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return documents.map((document) => {
    const stem = document.name.replace(/\.(pdf|png|jpe?g)$/i, '') || 'document';
    const key = stem.toLowerCase();
    let name = `${stem}.pdf`;
    // Where it went on the last time: a thousand parts of one document would count up from 2 each.
    let count = counts.get(key) ?? 1;
    while (taken.has(name.toLowerCase())) name = `${stem}-${(count += 1)}.pdf`;
    counts.set(key, count);
    taken.add(name.toLowerCase());
    return name;
  });
}
