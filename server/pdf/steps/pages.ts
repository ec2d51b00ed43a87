import { AppError } from '../../errors.ts';
import { selectPages } from '../attach.ts';
import type { Step, VirtualDocument } from '../step.ts';

/** Chooses, reorders, repeats or removes pages. */
export const pages: Step = {
  name: 'pages',
  title: 'Choose pages',
  description: 'Keeps the pages you name, in that order, or removes them. Removed pages are really gone.',
  exactlyOne: true,
  options: {
    select: {
      type: 'PAGES',
      title: 'Keep',
      description: 'The pages of the result in their order, as 5,1-3,9-last. A page may come more than once.',
    },
    remove: { type: 'PAGES', title: 'Remove', description: 'The pages to leave out, as 2,10-12.' },
  },
  plan: (documents, { select, remove }) =>
    documents.map((document) =>
      typeof select === 'string'
        ? {
            ...document,
            pages: selectPages(document, select, 'select').map((index) => document.pages[index]!),
          }
        : without(document, String(remove)),
    ),
  summary: (_, pages) => `Pages chosen: ${pages}`,
};

function without(document: VirtualDocument, expression: string): VirtualDocument {
  const gone = new Set(selectPages(document, expression, 'remove'));
  const kept = document.pages.filter((_, index) => !gone.has(index));
  if (kept.length === 0) {
    throw new AppError('INVALID_RANGE', `${document.name}: removing these pages would leave none.`, {
      field: ['remove'],
    });
  }
  return { ...document, pages: kept };
}
