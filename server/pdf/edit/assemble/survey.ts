import type { Source } from '../../source/load.ts';
import { viewPage } from '../../source/page-view.ts';
import { structureOf } from '../../source/structure.ts';
import { weigh } from './weight.ts';
import type { DocumentPlan, Survey } from '../../model/document.ts';

/** What the sources can tell a plan. */
export function survey(sources: readonly Source[]): Survey {
  return {
    chapters({ pages, bookmarkPerSource }: DocumentPlan) {
      const firstOf = new Map<string, number>();
      const firstOfSource = new Map<number, number>();
      for (const [index, { source, page, blank }] of pages.list().entries()) {
        const key = `${source}:${page}`;
        if (!blank && !firstOf.has(key)) firstOf.set(key, index);
        if (!firstOfSource.has(source)) firstOfSource.set(source, index);
      }
      const starts =
        bookmarkPerSource && firstOfSource.size > 1
          ? [...firstOfSource.values()]
          : [...firstOfSource.keys()].flatMap((own) => {
              const { pageNumbers } = sources[own]!;
              return structureOf(sources[own]!).outline.flatMap(({ page }) => {
                const number = page && pageNumbers.get(page);
                return firstOf.get(`${own}:${number}`) ?? [];
              });
            });
      return [...new Set(starts)].toSorted((a, b) => a - b);
    },
    scale: () => weigh(sources),
    view: ({ source, page }) => viewPage(sources[source]!, sources[source]!.pages[page]!),
  };
}
