import { AppError } from '../errors.ts';
import { parsePageRanges } from './page-ranges.ts';
import type { OptionValues, PageTask, VirtualDocument } from './step.ts';

/** Hangs a page step on the pages that its option `pages` names, or on all: the `plan` of every page step. */
export function attachToPages(
  documents: readonly VirtualDocument[],
  options: OptionValues,
  step: number,
): VirtualDocument[] {
  return documents.map((document) => {
    const total = document.pages.length;
    const chosen =
      options.pages === undefined
        ? undefined
        : new Set(selectPages(document, String(options.pages), 'pages'));
    const pages = document.pages.map((page, index) => {
      if (chosen && !chosen.has(index)) return page;
      const task: PageTask = { step, n: index + 1, total };
      return { ...page, tasks: [...page.tasks, task] };
    });
    return { ...document, pages };
  });
}

/** The pages of a document that an option names; an error says which option and which document. */
export function selectPages(document: VirtualDocument, expression: string, option: string): number[] {
  try {
    return parsePageRanges(expression, document.pages.length);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${document.name}: ${error.message}`, { field: [option], cause: error });
  }
}

/** The steps that concern all of a document that several become, in order. */
export function documentTasksOf(documents: readonly VirtualDocument[]): number[] {
  return [...new Set(documents.flatMap(({ documentTasks }) => documentTasks))].toSorted((a, b) => a - b);
}

/** Keeps of each document the pages that the option `pages` names, in page order: the `plan` of what makes no PDF. */
export function choosePages(documents: readonly VirtualDocument[], options: OptionValues): VirtualDocument[] {
  if (options.pages === undefined) return [...documents];
  return documents.map((document) => {
    const chosen = new Set(selectPages(document, String(options.pages), 'pages'));
    return { ...document, pages: document.pages.filter((_, index) => chosen.has(index)) };
  });
}
