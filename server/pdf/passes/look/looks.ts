import type { Transform } from '../../model/step.ts';

/** Whether a page is blank; takes the option `tolerance`. */
export const lookForBlank: Transform = {
  msPerPage: 15,
  // What a page has of images of its own, and a small drawing of it.
  memory: 512 * 2 ** 20,
  load: async () => (await import('./blank-pages.ts')).openBlankPass,
};

/** The line of a page that begins with the option `atText`. */
export const lookForText: Transform = {
  msPerPage: 7,
  // The reader keeps a copy of the document, and what it has parsed of it.
  memory: 192 * 2 ** 20,
  load: async () => (await import('./line-beginnings.ts')).openTextPass,
};
