import type { Step } from '../step.ts';

const text = { type: 'STRING', maxLength: 1_000 } as const;

/** Says what a document is: title, author and the like, alike in both places where readers look. */
export const metadata: Step = {
  name: 'metadata',
  title: 'Edit metadata',
  description: 'Sets title, author and the like. With “remove all” nothing else of it is left.',
  options: {
    title: { ...text, title: 'Title', description: 'What readers show instead of the file name.' },
    author: { ...text, title: 'Author', description: 'Who wrote it.' },
    subject: { ...text, title: 'Subject', description: 'What it is about.' },
    keywords: { ...text, list: true, title: 'Keywords', description: 'Words to find it by.' },
    language: {
      type: 'STRING',
      maxLength: 35,
      title: 'Language',
      description: 'As en, de-AT or pt-BR: what a screen reader speaks.',
    },
    strip: {
      type: 'BOOLEAN',
      title: 'Remove all other metadata',
      description: 'Producer, dates, embedded XMP, thumbnails and private data of programs too.',
      default: false,
    },
  },
  plan: (documents, _, step) =>
    documents.map((document) => ({ ...document, documentTasks: [...document.documentTasks, step] })),
  summary: (options) => (options.strip ? 'Metadata removed' : 'Metadata set'),
};
