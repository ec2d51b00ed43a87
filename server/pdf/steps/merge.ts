import { documentTasksOf } from '../plan/attach.ts';
import { blankBeside } from '../plan/blank.ts';
import { count } from '../../count.ts';
import { pageList } from '../plan/page-list.ts';
import { joinedName } from '../plan/result-names.ts';
import type { Step } from '../model/step.ts';
import type { DocumentPlan, PageList } from '../model/document.ts';

/** Joins all documents into one, in their order. */
export const merge: Step = {
  name: 'merge',
  title: 'Merge documents',
  description: 'Joins all documents into one, in order. A single document stays as it is.',
  options: {
    bookmarks: {
      type: 'BOOLEAN',
      title: 'Bookmark for each document',
      description: 'Puts each document’s bookmarks under one with its file name.',
      default: true,
    },
    evenPages: {
      type: 'BOOLEAN',
      title: 'Even number of pages',
      description:
        'Adds an empty page to documents with an odd number, so that in print each begins on a new sheet.',
      default: false,
    },
  },
  plan(documents, options) {
    const [first] = documents;
    const pagesOf = options.evenPages === true ? evenPages : ({ pages }: DocumentPlan) => pages;
    if (!first) return [];
    if (documents.length === 1) return [{ ...first, pages: pagesOf(first) }];
    const parts = documents.map(pagesOf);
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    return [
      {
        name: joinedName(documents.map(({ name }) => name)),
        pages: pageList(total, () => parts.flatMap((pages) => pages.list())),
        bookmarkPerSource: options.bookmarks === true,
        documentTasks: documentTasksOf(documents),
      },
    ];
  },
  summary({ given, made }) {
    const added = count(made.pages - given.pages, 'empty page');
    if (given.documents === 1) return `${added} added`;
    const merged = `${count(given.documents, 'document')} merged into one of ${count(made.pages, 'page')}`;
    return made.pages > given.pages ? `${merged}, with ${added}` : merged;
  },
  nothing: () => 'there was one document only',
};

function evenPages({ pages }: DocumentPlan): PageList {
  if (pages.length % 2 === 0) return pages;
  return pageList(pages.length + 1, () => {
    const own = pages.list();
    return [...own, blankBeside(own.at(-1)!)];
  });
}
