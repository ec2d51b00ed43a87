import { choosePages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import type { Step } from '../model/step.ts';

/** Reads the text of the pages, in the order in which a person would. */
export const extractText: Step = {
  name: 'extractText',
  title: 'Extract text',
  description:
    'Writes the text of each document into a file: plain, as Markdown, or as JSON with the place of each word. ' +
    'Form fields, stamps and other annotations that are shown on a page are read where they stand.',
  options: {
    format: {
      type: 'ENUM',
      title: 'Format',
      description:
        'TXT: lines as they stand, a form feed between pages. MARKDOWN: headings, lists and joined paragraphs. ' +
        'JSON: words with boxes (left, top, right, bottom, in points from the top left of the page as shown); ' +
        'those of an annotation have its kind as “annotation”, and the name of its form field as “field”.',
      default: 'TXT',
      enumName: 'TextFormat',
      values: ['TXT', 'MARKDOWN', 'JSON'],
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to read, as 1-3,7,9-last; all if left out.',
    },
  },
  plan: choosePages,
  transform: {
    msPerPage: 3,
    // The reader keeps a copy of the document, and what it has parsed of it.
    memory: 128 * 2 ** 20,
    load: async () => (await import('../passes/text/text-pass.ts')).openTextPass,
  },
  last: true,
  summary: ({ pages }) => `Text of ${count(pages, 'page')} extracted`,
  nothing: () => 'there was no text on the pages',
};
