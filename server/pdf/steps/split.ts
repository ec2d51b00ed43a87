import { most } from '../../bounds.ts';
import { AppError } from '../../errors.ts';
import { selector } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { pick, slice } from '../plan/page-list.ts';
import type { Step } from '../model/step.ts';
import type { DocumentPlan, Survey } from '../model/document.ts';
import type { OptionValues } from '../model/option.ts';

/** Makes several documents of each. */
export const split: Step = {
  name: 'split',
  title: 'Split documents',
  description: 'Makes several documents of each, with the bookmarks, links and fields of its pages.',
  exactlyOne: true,
  options: {
    every: {
      type: 'INT',
      title: 'Every so many pages',
      description: 'Pages of each part; the last may have fewer.',
      min: 1,
    },
    at: {
      type: 'PAGES',
      title: 'At pages',
      description: 'The first page of each further part, as 11,21.',
    },
    ranges: {
      type: 'PAGES',
      title: 'By ranges',
      description: 'A part for each range, as 1-3,4-9,12-last. Pages in none of them are left out.',
    },
    bookmarks: {
      type: 'BOOLEAN',
      title: 'At bookmarks',
      description: 'A part for each bookmark of the highest level; after a merge, these are the files.',
    },
    maxBytes: {
      type: 'FLOAT',
      title: 'By size',
      description: 'As many pages in each part as fit into a file of this many bytes.',
      min: 10_000,
    },
  },
  plan(documents, options, _, survey) {
    const { maxBytes } = options;
    const cuts = documents.map(cutter(options, survey));
    const total = cuts.reduce((sum, cut) => sum + cut.count, 0);
    const option = Object.keys(options)[0] ?? '';
    if (total > most.documents) {
      const message = `This would make ${total} documents; ${most.documents} are the most.`;
      throw new AppError('LIMIT_EXCEEDED', message, { field: [option] });
    }
    const parts = cuts.flatMap((cut) => cut.parts());
    return typeof maxBytes === 'number' ? parts.map((part) => ({ ...part, maxBytes })) : parts;
  },
  summary: ({ given, made }) =>
    `${count(given.documents, 'document')} split into ${made.documents.toLocaleString('en')}, with ${count(made.pages, 'page')} in all`,
  nothing({ bookmarks, every, maxBytes }) {
    if (bookmarks === true) return 'no bookmark of the highest level begins a further part';
    if (every !== undefined) return 'it has no more pages than a part';
    return maxBytes === undefined ? 'no further part begins there' : 'it is no larger than a part may be';
  },
};

/** The parts of one document, counted before there are any. */
interface Cut {
  count: number;
  parts(): DocumentPlan[];
}

function cutter(
  { every, at, ranges, bookmarks, maxBytes }: OptionValues,
  survey: Survey | undefined,
): (document: DocumentPlan) => Cut {
  if (typeof every === 'number') return (document) => cutEvery(document, every);
  if (typeof at === 'string') return cutterAt(at);
  if (typeof ranges === 'string') return cutterByRanges(ranges);
  if (bookmarks === true) return (document) => cutAt(document, survey?.chapters(document) ?? []);
  return (document) => cutAt(document, survey ? startsBySize(document, Number(maxBytes), survey) : []);
}

function cutEvery(document: DocumentPlan, every: number): Cut {
  const parts = Math.ceil(document.pages.length / every);
  return {
    count: parts,
    parts: () =>
      sliceAt(
        document,
        Array.from({ length: parts }, (_, index) => index * every),
      ),
  };
}

function cutterAt(expression: string): (document: DocumentPlan) => Cut {
  const select = selector(expression, 'at');
  return (document) => cutAt(document, select(document).ascending().list());
}

function cutterByRanges(expression: string): (document: DocumentPlan) => Cut {
  const selectAll = selector(expression, 'ranges');
  const selects = expression.split(',').map((range) => selector(range, 'ranges'));
  return (document) => {
    // All of them at once first: that keeps to the limits of one option.
    selectAll(document);
    return {
      count: selects.length,
      parts: () => selects.map((select) => ({ ...document, pages: pick(document.pages, select(document)) })),
    };
  };
}

/** @param starts the first pages of parts, zero-based and ascending; that the first page is one goes without saying */
function cutAt(document: DocumentPlan, starts: readonly number[]): Cut {
  const edges = starts[0] === 0 ? starts : [0, ...starts];
  return { count: edges.length, parts: () => sliceAt(document, edges) };
}

function sliceAt(document: DocumentPlan, edges: readonly number[]): DocumentPlan[] {
  const { pages } = document;
  if (edges.length === 1) return [document];
  return edges.map((start, index) => {
    const end = edges[index + 1] ?? pages.length;
    return { ...document, pages: slice(pages, start, end), part: { first: start + 1, last: end } };
  });
}

function startsBySize({ pages }: DocumentPlan, maxBytes: number, survey: Survey): number[] {
  const starts: number[] = [];
  let weigh = survey.scale();
  for (const [index, page] of pages.list().entries()) {
    if (weigh(page) <= maxBytes || index === (starts.at(-1) ?? 0)) continue;
    starts.push(index);
    weigh = survey.scale();
    weigh(page);
  }
  return starts;
}
