import { AppError } from '../../errors.ts';
import { documentTasksOf } from '../attach.ts';
import type { Step } from '../step.ts';

/** Joins two scans, of the front and of the back sides, into one document. */
export const interleave: Step = {
  name: 'interleave',
  title: 'Interleave two documents',
  description: 'Takes a page of the first and a page of the second in turn: front and back sides of a scan.',
  options: {
    reverse: {
      type: 'BOOLEAN',
      title: 'Second one backwards',
      description: 'For back sides that were scanned from the last sheet to the first.',
      default: false,
    },
  },
  plan(documents, options) {
    const [front, back, ...others] = documents;
    if (!front || !back || others.length > 0)
      throw new AppError('INVALID_INPUT', `This takes two documents, not ${documents.length}.`);
    const backs = options.reverse === true ? back.pages.toReversed() : back.pages;
    const length = Math.max(front.pages.length, backs.length);
    return [
      {
        ...front,
        pages: Array.from({ length }, (_, index) => [front.pages[index], backs[index]])
          .flat()
          .filter((page) => page !== undefined),
        documentTasks: documentTasksOf(documents),
      },
    ];
  },
  summary: (_, pages) => `Two documents interleaved into ${pages}`,
};
