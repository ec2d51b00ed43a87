import { count } from '../../count.ts';
import type { Step } from '../model/step.ts';

/** Makes the file smaller. */
export const optimize: Step = {
  name: 'optimize',
  title: 'Make smaller',
  description:
    'Packs everything as tightly as it can be, drops what nothing refers to, and keeps what is there twice once. ' +
    'A file that does not get smaller stays as it is.',
  options: {
    imageQuality: {
      type: 'INT',
      title: 'Quality of images',
      description:
        'Images become JPEG of this quality where that saves at least a tenth: 100 is best and largest, 75 is fair. ' +
        'Without it none loses quality, unless it is scaled down.',
      min: 1,
      max: 100,
    },
    maxDpi: {
      type: 'INT',
      title: 'Resolution of images',
      description:
        'Images that have more pixels an inch, wherever they are drawn, are scaled down to it: 150 is enough for a ' +
        'screen, 300 for print. Without it none is.',
      min: 36,
      max: 1_200,
    },
  },
  plan: (documents) => [...documents],
  transform: {
    msPerPage: 5,
    // One image of 50 megapixels at most, or another stream, unpacked and packed again; and what is kept of all of them.
    memory: 640 * 2 ** 20,
    load: async () => (await import('../passes/optimize/optimize-pass.ts')).openOptimizePass,
  },
  addons: true,
  summary: ({ given }) =>
    `${count(given.documents, 'document')} of ${count(given.pages, 'page')} made smaller`,
  nothing: () => 'no way was found to make it smaller',
};
