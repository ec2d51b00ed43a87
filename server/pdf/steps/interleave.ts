import { AppError } from '../../errors.ts';
import { documentTasksOf } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { pageList } from '../plan/page-list.ts';
import { joinedName } from '../plan/result-names.ts';
import type { Step } from '../model/step.ts';

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
    if (documents.some(({ undecided }) => undecided)) return [...documents];
    if (!front || !back || others.length > 0)
      throw new AppError('INVALID_INPUT', `This takes two documents, not ${documents.length}.`);
    const total = front.pages.length + back.pages.length;
    const list = () => {
      const backs = back.pages.list();
      return alternate(front.pages.list(), options.reverse === true ? backs.toReversed() : backs);
    };
    return [
      {
        name: joinedName([front.name, back.name]),
        pages: pageList(total, list),
        bookmarkPerSource: front.bookmarkPerSource,
        documentTasks: documentTasksOf(documents),
      },
    ];
  },
  summary: ({ made }) => `Two documents interleaved into one of ${count(made.pages, 'page')}`,
};

function alternate<T>(fronts: readonly T[], backs: readonly T[]): T[] {
  const length = Math.max(fronts.length, backs.length);
  return Array.from({ length }, (_, index) => [fronts[index], backs[index]])
    .flat()
    .filter((page) => page !== undefined);
}
