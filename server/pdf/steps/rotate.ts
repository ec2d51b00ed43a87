import { attachToPages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import type { Step } from '../model/step.ts';

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
  shape(page, options) {
    const before = options.absolute === true ? 0 : page.rotate;
    const rotate = (((before + Number(options.degrees)) % 360) + 360) % 360;
    return rotate === page.rotate ? page : { ...page, rotate };
  },
  summary: ({ pages }, options) =>
    `${count(pages, 'page')} turned ${options.absolute === true ? 'to' : 'by'} ${String(options.degrees)}°`,
  nothing({ absolute, degrees }) {
    if (absolute === true) return 'no page to turn stood otherwise';
    return Number(degrees) % 360 === 0
      ? 'pages stand the same after a full turn'
      : 'there was no page to turn';
  },
};
