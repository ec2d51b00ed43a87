import type { Source } from '../read/load.ts';
import { structureOf } from '../read/structure.ts';
import type { Survey, VirtualDocument } from '../step.ts';
import { weigh } from './weight.ts';

/** What the sources can tell a plan. */
export function survey(sources: readonly Source[]): Survey {
  return {
    chapters({ pages, bookmarkPerSource }: VirtualDocument) {
      const firstOf = new Map<string, number>();
      for (const [index, { source, page, blank }] of pages.entries()) {
        const key = `${source}:${page}`;
        if (!blank && !firstOf.has(key)) firstOf.set(key, index);
      }
      const used = [...new Set(pages.map(({ source }) => source))];
      const starts =
        bookmarkPerSource && used.length > 1
          ? used.map((own) => pages.findIndex(({ source }) => source === own))
          : used.flatMap((own) => {
              const { pageNumbers } = sources[own]!;
              return structureOf(sources[own]!).outline.flatMap(({ page }) => {
                const number = page && pageNumbers.get(page);
                return firstOf.get(`${own}:${number}`) ?? [];
              });
            });
      return [...new Set(starts)].toSorted((a, b) => a - b);
    },
    scale: () => weigh(sources),
  };
}
