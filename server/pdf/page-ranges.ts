import { AppError } from '../errors.ts';

const maxLength = 4_000;

/**
 * The pages that an expression such as `1-3,7,9-last` names, zero-based, in its order, repeats included.
 * `12-1` counts down, `last` and `r1` are the last page, `r2` the one before it; `odd` and `even` name page numbers.
 * @param pages how many the document has
 * @throws AppError INVALID_RANGE, in a sentence
 */
export function parsePageRanges(expression: string, pages: number): number[] {
  if (expression.length > maxLength) {
    throw new AppError('INVALID_RANGE', `The page range is longer than ${maxLength} characters.`);
  }
  const result: number[] = [];
  for (const part of expression.split(',')) {
    for (const index of parsePart(part.trim().toLowerCase(), pages)) result.push(index);
    if (result.length > maxResult) {
      throw new AppError('INVALID_RANGE', `The page range names more than ${maxResult} pages.`);
    }
  }
  return result;
}

/** A repeated `1-last` would otherwise cost a page of text gigabytes. */
const maxResult = 200_000;

function parsePart(part: string, pages: number): number[] {
  if (part === '')
    throw new AppError('INVALID_RANGE', 'The page range has an empty part. Write it like 1-3,7,9-last.');
  if (part === 'odd' || part === 'even') {
    const first = part === 'odd' ? 0 : 1;
    return Array.from(
      { length: Math.max(0, Math.ceil((pages - first) / 2)) },
      (_, index) => first + 2 * index,
    );
  }
  const match = /^(\w+)(?:\s*-\s*(\w+))?$/.exec(part);
  if (!match) throw unknown(part);
  const from = parsePage(match[1]!, pages);
  const to = match[2] === undefined ? from : parsePage(match[2], pages);
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + step * index);
}

function parsePage(text: string, pages: number): number {
  const match = /^(?:(r?)(\d{1,9})|last)$/.exec(text);
  if (!match) throw unknown(text);
  const number = Number(match[2] ?? 1);
  const fromEnd = match[2] === undefined || match[1] === 'r';
  const index = fromEnd ? pages - number : number - 1;
  if (number < 1 || index < 0 || index >= pages) {
    throw new AppError(
      'INVALID_RANGE',
      `There is no page ${text}: the document has ${countOf(pages)} at this step.`,
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

function countOf(pages: number): string {
  return pages === 1 ? '1 page' : `${pages} pages`;
}
