import { most } from '../bounds.ts';

const minMs = 250;
const minRanges = 8;
const pagesPerRange = 50;

/**
 * Cuts the pages of a pass into ranges `[first, last)`: each at least 250 ms of work, at most 200 of them, but of a
 * hundred pages or more never so few that a person would not see the strip fill.
 */
export function cutRanges(pages: number, msPerPage: number): [first: number, last: number][] {
  const byWork = Math.min(most.ranges, Math.floor((pages * msPerPage) / minMs));
  const toSee = pages >= 2 * pagesPerRange ? Math.min(minRanges, Math.floor(pages / pagesPerRange)) : 1;
  const count = Math.max(1, Math.min(pages, Math.max(byWork, toSee)));
  return Array.from({ length: count }, (_, index) => [
    Math.floor((index * pages) / count),
    Math.floor(((index + 1) * pages) / count),
  ]);
}
