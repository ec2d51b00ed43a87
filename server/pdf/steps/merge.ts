import { documentTasksOf } from '../attach.ts';
import type { Step, VirtualDocument, VirtualPage } from '../step.ts';

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
    const pagesOf = options.evenPages === true ? evenPages : ({ pages }: VirtualDocument) => pages;
    if (!first) return [];
    if (documents.length === 1) return [{ ...first, pages: pagesOf(first) }];
    return [
      {
        name: first.name,
        pages: documents.flatMap(pagesOf),
        bookmarkPerSource: options.bookmarks === true,
        documentTasks: documentTasksOf(documents),
      },
    ];
  },
  summary: (_, pages) => `Documents merged into one of ${pages}`,
};

/** The blank page has no tasks: whatever was to be done to the documents before is not for it. */
function evenPages({ pages }: VirtualDocument): readonly VirtualPage[] {
  const last = pages.at(-1);
  return last && pages.length % 2 === 1 ? [...pages, { ...last, tasks: [], blank: true }] : pages;
}
