import { attachToPages } from '../attach.ts';
import type { Step } from '../step.ts';

/** Turns pages; no content is touched, only how the page is shown. */
export const rotate: Step = {
  name: 'rotate',
  title: 'Rotate pages',
  description: 'Turns pages clockwise, on top of how they are turned already.',
  options: {
    degrees: {
      type: 'INT',
      title: 'Degrees',
      description: 'Clockwise; a multiple of 90, negative turns back.',
      required: true,
      multipleOf: 90,
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to turn, as 1-3,7,9-last; all if left out.',
    },
  },
  plan: attachToPages,
  patch: (page, options) => ({ rotate: (((page.rotate + Number(options.degrees)) % 360) + 360) % 360 }),
  summary: (options, pages) =>
    `${pages === 1 ? '1 page' : `${pages} pages`} turned by ${String(options.degrees)}°`,
};
