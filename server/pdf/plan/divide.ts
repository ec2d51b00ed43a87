import { slice } from './page-list.ts';
import type { Beginning, DocumentPlan } from '../model/document.ts';

/** The parts of one document, counted before there are any. */
export interface Division {
  count: number;
  parts(): DocumentPlan[];
}

/** A part from each beginning on, and one of what is before the first. @param beginnings ascending */
export function divideAt(document: DocumentPlan, beginnings: readonly Beginning[]): Division {
  const all = beginnings[0]?.page === 0 ? beginnings : [{ page: 0 }, ...beginnings];
  return {
    count: all.length,
    parts() {
      if (all.length === 1) return [document];
      return all.map(({ page, title }, index) =>
        partOf(document, page, all[index + 1]?.page ?? document.pages.length, title),
      );
    },
  };
}

/** A part of each run of pages between those that divide, which are left out; all of it where nothing would be left. */
export function divideBetween(document: DocumentPlan, dividers: readonly number[]): Division {
  const edges = [-1, ...dividers, document.pages.length];
  const runs = edges
    .slice(1)
    .map((end, index) => [edges[index]! + 1, end] as const)
    .filter(([first, end]) => first < end);
  if (dividers.length === 0 || runs.length === 0) return divideAt(document, []);
  return {
    count: runs.length,
    parts: () => runs.map(([first, end]) => partOf(document, first, end)),
  };
}

/** Pages from `first` up to `end`. */
function partOf(document: DocumentPlan, first: number, end: number, title?: string): DocumentPlan {
  return {
    ...document,
    pages: slice(document.pages, first, end),
    part: { first: first + 1, last: end, ...(title !== undefined && { title }) },
  };
}
