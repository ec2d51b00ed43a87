import { AppError } from '../../errors.ts';
import { attach, pick } from './page-list.ts';
import { parsePageRanges } from './page-ranges.ts';
import type { PageSelection, DocumentPlan } from '../model/document.ts';
import type { OptionValues } from '../model/option.ts';

/** Hangs a page step on the pages that its option `pages` names, or on all: the `plan` of every page step. */
export function attachToPages(
  documents: readonly DocumentPlan[],
  options: OptionValues,
  step: number,
): DocumentPlan[] {
  const select = options.pages === undefined ? undefined : selector(String(options.pages), 'pages');
  const all = countPages(documents);
  let before = 0;
  return documents.map((document) => {
    const place = { name: document.name.replace(/\.pdf$/i, ''), before, all };
    before += document.pages.length;
    return {
      ...document,
      pages: attach(document.pages, { step, selection: select?.(document), document: place }),
    };
  });
}

/** Of all documents together. */
export function countPages(documents: readonly DocumentPlan[]): number {
  return documents.reduce((sum, { pages }) => sum + pages.length, 0);
}

/** What an option names of a document's pages; an error says which option and which document. */
export function selector(expression: string, option: string): (document: DocumentPlan) => PageSelection {
  let select: ReturnType<typeof parsePageRanges> | undefined;
  return ({ name, pages }) => {
    try {
      select ??= parsePageRanges(expression);
      return select(pages.length);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, `${name}: ${error.message}`, { field: [option], cause: error });
    }
  };
}

/** The steps that concern all of a document that several become, in order. */
export function documentTasksOf(documents: readonly DocumentPlan[]): number[] {
  return [...new Set(documents.flatMap(({ documentTasks }) => documentTasks))].toSorted((a, b) => a - b);
}

/** Keeps of each document the pages that the option `pages` names, in page order: the `plan` of what makes no PDF. */
export function choosePages(documents: readonly DocumentPlan[], options: OptionValues): DocumentPlan[] {
  if (options.pages === undefined) return [...documents];
  const select = selector(String(options.pages), 'pages');
  return documents.map((document) => ({
    ...document,
    pages: pick(document.pages, select(document).ascending()),
  }));
}
