import { AppError } from '../../errors.ts';
import { count } from '../../count.ts';
import { type Range, selectionOf, sizeOf } from './page-selection.ts';
import type { PageSelection } from '../model/document.ts';

/**
 * Reads an expression such as `1-3,7,9-last`. `12-1` counts down, `last` and `r1` are the last page, `r2` the one
 * before it; `odd` and `even` name page numbers, `all` is all of them.
 * @returns what it names in a document of so many pages, in its order, repeats included
 * @throws AppError INVALID_RANGE, in a sentence: the reading, and what it returns
 */
export function parsePageRanges(expression: string): (pages: number) => PageSelection {
  const parts = expression.split(',').map((part) => parsePart(part.trim().toLowerCase()));
  return (pages) => {
    let count = 0;
    for (const part of parts) {
      count += sizeOf(rangeOf(part, pages));
      if (count > maxResult) {
        throw new AppError('INVALID_RANGE', `The page range names more than ${maxResult} pages.`);
      }
    }
    return selectionOf(count, () => parts.map((part) => rangeOf(part, pages)), pages);
  };
}

/** How many parts an expression has: what it costs to look up what it names. */
export function countParts(expression: string): number {
  return expression.split(',').length;
}

/** A repeated `1-last` would otherwise cost a page of text gigabytes. */
const maxResult = 200_000;

/** What stands between commas. */
interface Part {
  from: Place;
  to: Place;
  /** 2 for `odd` and `even`. */
  by: 1 | 2;
}

interface Place {
  text: string;
  /** One-based, from the end where it is `fromEnd`. */
  number: number;
  fromEnd: boolean;
}

function parsePart(part: string): Part {
  if (part === '')
    throw new AppError('INVALID_RANGE', 'The page range has an empty part. Write it like 1-3,7,9-last.');
  if (part === 'odd' || part === 'even') {
    const first = { text: part, number: part === 'odd' ? 1 : 2, fromEnd: false };
    return { from: first, to: parsePlace('last'), by: 2 };
  }
  if (part === 'all') return { from: parsePlace('1'), to: parsePlace('last'), by: 1 };
  const match = /^(\w+)(?:\s*-\s*(\w+))?$/.exec(part);
  if (!match) throw unknown(part);
  const from = parsePlace(match[1]!);
  return { from, to: match[2] === undefined ? from : parsePlace(match[2]), by: 1 };
}

function parsePlace(text: string): Place {
  const match = /^(?:(r?)(\d{1,9})|last)$/.exec(text);
  if (!match) throw unknown(text);
  return {
    text,
    number: Number(match[2] ?? 1),
    fromEnd: match[2] === undefined || match[1] === 'r',
  };
}

function rangeOf({ from, to, by }: Part, pages: number): Range {
  // One page has no even ones.
  if (by === 2 && from.number > pages) return { first: 0, last: -1, by };
  return { first: indexOf(from, pages), last: indexOf(to, pages), by };
}

function indexOf({ text, number, fromEnd }: Place, pages: number): number {
  const index = fromEnd ? pages - number : number - 1;
  if (number < 1 || index < 0 || index >= pages) {
    throw new AppError(
      'INVALID_RANGE',
      `There is no page ${text}: the document has ${count(pages, 'page')} at this step.`,
    );
  }
  return index;
}

function unknown(text: string): AppError {
  return new AppError(
    'INVALID_RANGE',
    `“${text.slice(0, 40)}” is not a page range. Write it like 1-3,7,9-last.`,
  );
}
