import { most } from '../../bounds.ts';
import { AppError } from '../../errors.ts';
import { selector } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { divideAt, divideBetween, type Division } from '../plan/divide.ts';
import { pick } from '../plan/page-list.ts';
import { foldText } from '../passes/look/fold-text.ts';
import { lookForBlank, lookForText } from '../passes/look/looks.ts';
import type { Step } from '../model/step.ts';
import type { Beginning, DocumentPlan, Survey } from '../model/document.ts';
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
    bookmarkLevel: {
      type: 'INT',
      title: 'At bookmarks down to a level',
      description: 'A part for each bookmark of this level or a higher one: 1 is the highest.',
      min: 1,
      max: 64,
    },
    atBlank: {
      type: 'BOOLEAN',
      title: 'At blank pages',
      description:
        'Blank pages, as sheets between scanned documents, divide them and are left out. What counts as blank is ' +
        'told with “Remove blank pages”.',
    },
    atText: {
      type: 'STRING',
      title: 'At a text',
      description:
        'A part from each page on that has a line beginning so, as a heading or the word on a separator sheet: ' +
        'Invoice, Chapter. Spaces and capitals make no difference. Scanned pages have no text before OCR.',
      maxLength: 200,
    },
    maxBytes: {
      type: 'FLOAT',
      title: 'By size',
      description: 'As many pages in each part as fit into a file of this many bytes.',
      min: 10_000,
    },
  },
  look({ atBlank, atText }) {
    if (atBlank === true) return lookForBlank;
    return atText === undefined ? undefined : lookForText;
  },
  plan(documents, options, _, survey) {
    const { maxBytes } = options;
    const divisions = documents.map(divider(options, survey));
    const total = divisions.reduce((sum, division) => sum + division.count, 0);
    const option = Object.keys(options)[0] ?? '';
    if (total > most.documents) {
      const message = `This would make ${total} documents; ${most.documents} are the most.`;
      throw new AppError('LIMIT_EXCEEDED', message, { field: [option] });
    }
    const parts = divisions.flatMap((division) => division.parts());
    return typeof maxBytes === 'number' ? parts.map((part) => ({ ...part, maxBytes })) : parts;
  },
  summary({ given, made }, { atBlank }) {
    const into = `${count(given.documents, 'document')} split into ${made.documents.toLocaleString('en')}`;
    const left = `with ${count(made.pages, 'page')} in all`;
    if (atBlank !== true) return `${into}, ${left}`;
    return `${into}, ${left}, and ${count(given.pages - made.pages, 'blank page')} left out`;
  },
  nothing({ bookmarks, bookmarkLevel, every, atBlank, atText, maxBytes }) {
    if (bookmarks === true) return 'no bookmark of the highest level begins a further part';
    if (bookmarkLevel !== undefined)
      return `no bookmark of level ${String(bookmarkLevel)} or a higher one begins a further part`;
    if (atBlank === true) return 'no page is blank, or all are';
    if (atText !== undefined) return `no further page has a line that begins with “${String(atText)}”`;
    if (every !== undefined) return 'it has no more pages than a part';
    return maxBytes === undefined ? 'no further part begins there' : 'it is no larger than a part may be';
  },
};

function divider(
  { every, at, ranges, bookmarks, bookmarkLevel, atBlank, atText, maxBytes }: OptionValues,
  survey: Survey | undefined,
): (document: DocumentPlan) => Division {
  if (typeof every === 'number') return (document) => divideEvery(document, every);
  if (typeof at === 'string') return dividerAt(at);
  if (typeof ranges === 'string') return dividerByRanges(ranges);
  if (typeof atText === 'string' && foldText(atText) === '')
    throw new AppError('INVALID_INPUT', 'Give a word or two to look for.', { field: ['atText'] });
  if (!survey) return (document) => divideAt({ ...document, undecided: true }, []);
  if (atBlank === true) return (document) => divideBetween(document, blankPages(document, survey));
  if (atText !== undefined) return (document) => divideAt(document, foundIn(document, survey));
  if (maxBytes !== undefined)
    return (document) => divideAt(document, beginningsBySize(document, Number(maxBytes), survey));
  const levels = bookmarks === true ? 1 : Number(bookmarkLevel);
  return (document) => divideAt(document, survey.bookmarks(document, levels));
}

function divideEvery(document: DocumentPlan, every: number): Division {
  const parts = Math.ceil(document.pages.length / every);
  return {
    count: parts,
    parts: () =>
      divideAt(
        document,
        Array.from({ length: parts }, (_, index) => ({ page: index * every })),
      ).parts(),
  };
}

function dividerAt(expression: string): (document: DocumentPlan) => Division {
  const select = selector(expression, 'at');
  return (document) => {
    const pages = select(document).ascending().list();
    return divideAt(
      document,
      pages.map((page) => ({ page })),
    );
  };
}

function dividerByRanges(expression: string): (document: DocumentPlan) => Division {
  const selectAll = selector(expression, 'ranges');
  const selects = expression.split(',').map((range) => selector(range, 'ranges'));
  return (document) => {
    // All of them at once first: that keeps to the limits of one option.
    selectAll(document);
    return {
      count: selects.length,
      parts: () =>
        selects.map((select) => {
          const selection = select(document);
          const ends = selection.ends();
          const { length } = document.pages;
          const isAll = selection.count === length && ends?.first === 1 && ends.last === length;
          // All of it is no part.
          const part = isAll ? document.part : ends;
          return { ...document, pages: pick(document.pages, selection), part };
        }),
    };
  };
}

function blankPages({ pages }: DocumentPlan, survey: Survey): number[] {
  return [...pages.list().entries()].flatMap(([index, page]) => (survey.found(page) === true ? index : []));
}

/** Where a line was found that begins so; the line is the title. */
function foundIn({ pages }: DocumentPlan, survey: Survey): Beginning[] {
  return [...pages.list().entries()].flatMap(([page, own]) => {
    const title = survey.found(own);
    return typeof title === 'string' ? { page, title } : [];
  });
}

function beginningsBySize({ pages }: DocumentPlan, maxBytes: number, survey: Survey): Beginning[] {
  const beginnings: Beginning[] = [];
  let weigh = survey.scale();
  for (const [page, own] of pages.list().entries()) {
    if (weigh(own) <= maxBytes || page === (beginnings.at(-1)?.page ?? 0)) continue;
    beginnings.push({ page });
    weigh = survey.scale();
    weigh(own);
  }
  return beginnings;
}
