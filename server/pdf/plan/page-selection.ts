import type { PageSelection } from '../model/document.ts';

/** From `first` to `last`, up or down; every other page, and up, where `by` is 2. None where `last` is -1. */
export interface Range {
  first: number;
  last: number;
  by: 1 | 2;
}

/** @param pages of the document */
export function selectionOf(count: number, ranges: () => readonly Range[], pages: number): PageSelection {
  return {
    count,
    list: () => ranges().flatMap(listRange),
    ends() {
      const named = ranges().filter((range) => sizeOf(range) > 0);
      const [first, last] = [named[0], named.at(-1)];
      return first && last && { first: first.first + 1, last: lastOf(last) + 1 };
    },
    ascending() {
      const ordered = inOrder(ranges(), pages);
      const distinct = ordered.reduce((sum, range) => sum + sizeOf(range), 0);
      return selectionOf(distinct, () => ordered, pages);
    },
  };
}

export function sizeOf({ first, last, by }: Range): number {
  return last < 0 ? 0 : Math.floor(Math.abs(last - first) / by) + 1;
}

/** Every other page may end before the last. */
function lastOf({ first, last, by }: Range): number {
  return by === 2 ? last - ((last - first) % 2) : last;
}

function listRange(range: Range): number[] {
  const step = range.last < range.first ? -1 : range.by;
  return Array.from({ length: sizeOf(range) }, (_, index) => range.first + step * index);
}

/** Ranges without overlap, from the first page to the last: every other page is looked for in the gaps between the others. */
function inOrder(ranges: readonly Range[], pages: number): Range[] {
  const everyOther = [
    ...new Set(ranges.flatMap(({ first, last, by }) => (by === 2 && last >= 0 ? first : []))),
  ];
  const plain = ranges
    .filter(({ by }) => by === 1)
    .map(({ first, last }) => [Math.min(first, last), Math.max(first, last) + 1] as const)
    .toSorted(([a], [b]) => a - b);
  const ordered: Range[] = [];
  let end = 0;
  for (const [from, to] of [...plain, [pages, pages] as const]) {
    if (from > end) {
      ordered.push(...fill(end, from, everyOther));
      end = from;
    }
    if (to > end) {
      ordered.push({ first: end, last: to - 1, by: 1 });
      end = to;
    }
  }
  return ordered;
}

/** What is odd or even of `[start, end)`. @param everyOther 0 where the odd page numbers are named, 1 for the even ones */
function fill(start: number, end: number, everyOther: readonly number[]): Range[] {
  if (everyOther.length === 2) return [{ first: start, last: end - 1, by: 1 }];
  return everyOther.flatMap((parity) => {
    const first = start + ((start + parity) % 2);
    return first < end ? { first, last: end - 1, by: 2 } : [];
  });
}
