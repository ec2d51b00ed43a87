import { count } from '../../count.ts';
import type { Step } from '../model/step.ts';
import type { OptionValues } from '../model/option.ts';

const text = { type: 'STRING', maxLength: 1_000 } as const;

/** Says what a document is: title, author and the like, alike in both places where readers look. */
export const metadata: Step = {
  name: 'metadata',
  title: 'Edit metadata',
  description:
    'Sets title, author and the like. Old values are gone from the file; a signed file is only added to, and keeps them.',
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
      description:
        'Properties (Info, XMP) of the document and of anything in it, its identifier, thumbnails and private data of ' +
        'programs; Exif, IPTC and comments inside JPEG and JPEG 2000 pictures; names and dates on comments; dates of ' +
        'attached files; signatures, which would be void. What is on the pages stays, and so do the words of comments, ' +
        'bookmarks and form fields, the content of attached files, and fonts.',
      default: false,
    },
  },
  plan: (documents, options, step) =>
    options.strip === true || sets(options)
      ? documents.map((document) => ({ ...document, documentTasks: [...document.documentTasks, step] }))
      : [...documents],
  edit: async () => {
    const [{ strip }, { applyMetadata }] = await Promise.all([
      import('../edit/strip.ts'),
      import('../edit/apply-metadata.ts'),
    ]);
    return (document, options, date) => {
      if (options.strip === true) strip(document);
      if (options.strip !== true || sets(options)) applyMetadata(document, options, date);
    };
  },
  summary({ given }, options) {
    const of = `Metadata of ${count(given.documents, 'document')}`;
    if (options.strip !== true) return `${of} set`;
    return sets(options) ? `${of} set, all other removed` : `${of} removed`;
  },
  nothing: () => 'nothing was given that could be set',
};

function sets(options: OptionValues): boolean {
  return Object.keys(options).some((key) => key !== 'strip');
}
