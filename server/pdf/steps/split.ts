import { AppError } from '../../errors.ts';
import { selectPages } from '../attach.ts';
import type { OptionValues, Step, Survey, VirtualDocument } from '../step.ts';

const maxParts = 1_000;

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
    const { maxBytes, ranges } = options;
    const parts = documents.flatMap((document) =>
      typeof ranges === 'string'
        ? partsOf(document, ranges)
        : cut(document, startsOf(document, options, survey)),
    );
    const option = Object.keys(options)[0] ?? '';
    if (parts.length > maxParts) {
      const message = `This would make ${parts.length} documents; ${maxParts} are the most.`;
      throw new AppError('LIMIT_EXCEEDED', message, { field: [option] });
    }
    return typeof maxBytes === 'number' ? parts.map((part) => ({ ...part, maxBytes })) : parts;
  },
  summary: (_, pages) => `Split: ${pages} in all`,
};

/** The first page of each part after the first, zero-based. */
function startsOf(
  document: VirtualDocument,
  { every, at, bookmarks, maxBytes }: OptionValues,
  survey: Survey | undefined,
): number[] {
  const { pages } = document;
  if (typeof every === 'number')
    return Array.from({ length: Math.ceil(pages.length / every) - 1 }, (_, index) => (index + 1) * every);
  if (typeof at === 'string') return selectPages(document, at, 'at');
  if (bookmarks === false) {
    throw new AppError('INVALID_INPUT', 'To split at bookmarks, this must be true.', {
      field: ['bookmarks'],
    });
  }
  if (bookmarks === true) return survey?.chapters(document) ?? [];
  return survey ? startsBySize(document, Number(maxBytes), survey) : [];
}

function startsBySize({ pages }: VirtualDocument, maxBytes: number, survey: Survey): number[] {
  const starts: number[] = [];
  let weigh = survey.scale();
  for (const [index, page] of pages.entries()) {
    if (weigh(page) <= maxBytes || index === (starts.at(-1) ?? 0)) continue;
    starts.push(index);
    weigh = survey.scale();
    weigh(page);
  }
  return starts;
}

function partsOf(document: VirtualDocument, ranges: string): VirtualDocument[] {
  // All of them at once first: that keeps to the limits of one option.
  selectPages(document, ranges, 'ranges');
  return ranges.split(',').map((range) => {
    const chosen = selectPages(document, range, 'ranges');
    return { ...document, pages: chosen.map((index) => document.pages[index]!) };
  });
}

/** In the order of the pages, whatever the order of the starts; that the first part begins with the first page goes without saying. */
function cut(document: VirtualDocument, starts: readonly number[]): VirtualDocument[] {
  const edges = [...new Set([0, ...starts])].toSorted((a, b) => a - b);
  return edges.map((start, index) => ({ ...document, pages: document.pages.slice(start, edges[index + 1]) }));
}
