import { AppError } from '../errors.ts';
import type { StepCall, Survey, VirtualDocument, VirtualPage } from './step.ts';
import { steps } from './steps.ts';

/**
 * What the steps make of the sources, page by page.
 * @param survey without it, from page counts alone: what is split by anything else stays whole
 * @throws AppError whose `field` is `[step index, step name, option]`; LIMIT_EXCEEDED where a result is too long
 */
export function plan(
  calls: readonly StepCall[],
  sources: readonly { name: string; pages: number }[],
  maxPages = 20_000,
  survey?: Survey,
): VirtualDocument[] {
  let documents = sources.map(({ name, pages }, source): VirtualDocument => ({
    name,
    pages: Array.from({ length: pages }, (_, page): VirtualPage => ({ source, page, tasks: [] })),
    bookmarkPerSource: false,
    documentTasks: [],
  }));
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
      documents = step.plan(documents, call.options, index, survey);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, error.message, { field: [...field, ...error.field], cause: error });
    }
    for (const { name, pages } of documents) {
      if (pages.length > maxPages) {
        const message = `${name} would have ${pages.length} pages after this step; ${maxPages} are the most.`;
        throw new AppError('LIMIT_EXCEEDED', message, { field });
      }
      if (pages.length === 0)
        throw new AppError('INVALID_RANGE', `${name} would have no pages after this step.`, { field });
    }
  }
  return withDistinctNames(documents);
}

/** `<stem>.pdf`, then `<stem>-2.pdf`; names that differ in case only are the same file to many systems. */
function withDistinctNames(documents: readonly VirtualDocument[]): VirtualDocument[] {
  const taken = new Set<string>();
  return documents.map((document) => {
    const stem = document.name.replace(/\.(pdf|png|jpe?g)$/i, '') || 'document';
    let name = `${stem}.pdf`;
    for (let count = 2; taken.has(name.toLowerCase()); count += 1) name = `${stem}-${count}.pdf`;
    taken.add(name.toLowerCase());
    return { ...document, name };
  });
}
