import { attachToPages } from '../attach.ts';
import type { Step } from '../step.ts';

/** Turns pages; no content is touched, only how the page is shown. */
export const rotate: Step = {
  name: 'rotate',
  title: 'Rotate pages',
  description: 'Turns pages clockwise, on top of how they are turned already or to an angle.',
  options: {
    degrees: {
      type: 'INT',
      title: 'Degrees',
      description: 'Clockwise; a multiple of 90, negative turns back.',
      required: true,
      multipleOf: 90,
    },
    absolute: {
      type: 'BOOLEAN',
      title: 'To this angle',
      description: 'However the page was turned before: 0 is as it was made.',
      default: false,
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to turn, as 1-3,7,9-last; all if left out.',
    },
  },
  plan: attachToPages,
  patch(page, options) {
    const before = options.absolute === true ? 0 : page.rotate;
    return { rotate: (((before + Number(options.degrees)) % 360) + 360) % 360 };
  },
  summary: (options, pages) =>
    `${pages} turned ${options.absolute === true ? 'to' : 'by'} ${String(options.degrees)}°`,
};
