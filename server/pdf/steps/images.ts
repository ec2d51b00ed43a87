import { choosePages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import type { Step } from '../model/step.ts';

/** Draws each page as an image; those of a document come in one archive. */
export const images: Step = {
  name: 'images',
  title: 'Make images',
  description: 'Draws each page as an image. Those of each document come in one ZIP file.',
  options: {
    format: {
      type: 'ENUM',
      title: 'Format',
      description: 'PNG loses nothing; JPEG and WEBP are smaller.',
      default: 'PNG',
      enumName: 'ImageFormat',
      values: ['PNG', 'JPEG', 'WEBP'],
    },
    dpi: {
      type: 'INT',
      title: 'Resolution',
      description: 'Pixels an inch. A page that would have more than 25 megapixels is drawn with as many.',
      default: 150,
      min: 18,
      max: 600,
    },
    quality: {
      type: 'INT',
      title: 'Quality',
      description: 'Of JPEG and WEBP: 100 is best and largest.',
      default: 85,
      min: 1,
      max: 100,
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to draw, as 1-3,7,9-last; all if left out.',
    },
  },
  plan: choosePages,
  transform: {
    msPerPage: 200,
    // The page's pixels, twice, their packing, and what the page has of images of its own.
    memory: 640 * 2 ** 20,
    load: async () => (await import('../passes/images/image-pass.ts')).openImagePass,
  },
  addons: true,
  last: true,
  summary: ({ pages }) => `${count(pages, 'page')} drawn as ${pages === 1 ? 'an image' : 'images'}`,
};
