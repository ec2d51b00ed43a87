import type { Step } from '../step.ts';

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
  },
  plan(documents, options) {
    const [first] = documents;
    if (!first || documents.length === 1) return [...documents];
    return [
      {
        name: first.name,
        pages: documents.flatMap((document) => document.pages),
        bookmarkPerSource: options.bookmarks === true,
        documentTasks: [...new Set(documents.flatMap((document) => document.documentTasks))].toSorted(
          (a, b) => a - b,
        ),
      },
    ];
  },
  summary: (_, pages) => `Documents merged into one of ${pages === 1 ? '1 page' : `${pages} pages`}`,
};
