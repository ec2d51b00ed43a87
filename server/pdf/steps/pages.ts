import { AppError } from '../../errors.ts';
import { selector } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { pageList, pick } from '../plan/page-list.ts';
import type { Step } from '../model/step.ts';
import type { DocumentPlan } from '../model/document.ts';

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
  plan(documents, { select, remove }) {
    if (typeof select !== 'string') return without(documents, String(remove));
    const selectFrom = selector(select, 'select');
    return documents.map((document) => ({
      ...document,
      pages: pick(document.pages, selectFrom(document)),
    }));
  },
  summary({ given, made }, { select }) {
    const was = count(given.pages, 'page');
    return typeof select === 'string'
      ? `${count(made.pages, 'page')} chosen out of ${was}`
      : `${(given.pages - made.pages).toLocaleString('en')} of ${was} removed`;
  },
  nothing: () => 'all pages stay, in their order',
};

function without(documents: readonly DocumentPlan[], expression: string): DocumentPlan[] {
  const selectFrom = selector(expression, 'remove');
  return documents.map((document) => {
    const selection = selectFrom(document).ascending();
    const left = document.pages.length - selection.count;
    if (left === 0) {
      throw new AppError('INVALID_RANGE', `${document.name}: removing these pages would leave none.`, {
        field: ['remove'],
      });
    }
    const list = () => {
      const gone = new Set(selection.list());
      return document.pages.list().filter((_, index) => !gone.has(index));
    };
    return { ...document, pages: pageList(left, list) };
  });
}
