import type { Source } from '../../source/load.ts';
import { textAt } from '../../source/objects.ts';
import type { OutlineItem } from '../../source/outline.ts';
import { viewOf } from '../../source/page-view.ts';
import { structureOf } from '../../source/structure.ts';
import { visibleText } from '../../../visible-text.ts';
import { weigh } from './weight.ts';
import type { Beginning, DocumentPlan, Survey } from '../../model/document.ts';

/**
 * What the sources can tell a plan.
 * @param names of their files
 * @param found what was found of their pages, where a step has looked at them
 */
export function survey(
  sources: readonly Source[],
  names: readonly string[],
  found: Survey['found'] = () => null,
): Survey {
  return {
    bookmarks: (document, levels) => beginnings(document, levels, sources, names),
    found,
    scale: () => weigh(sources),
    view: (page) => viewOf(sources[page.source]!, page),
  };
}

/** Where a page is more than once, its bookmarks lead to the first; where a page has several, it is known by the first. */
function beginnings(
  { pages, bookmarkPerSource }: DocumentPlan,
  levels: number,
  sources: readonly Source[],
  names: readonly string[],
): Beginning[] {
  const firstOf = new Map<string, number>();
  const firstOfSource = new Map<number, number>();
  for (const [index, { source, page, blank }] of pages.list().entries()) {
    const key = `${source}:${page}`;
    if (!blank && !firstOf.has(key)) firstOf.set(key, index);
    if (!firstOfSource.has(source)) firstOfSource.set(source, index);
  }
  const titles = new Map<number, string | undefined>();
  const begin = (page: number | undefined, title: string): void => {
    if (page !== undefined && !titles.has(page))
      titles.set(page, visibleText(title.replace(/\s+/g, ' ')) || undefined);
  };
  const follow = (source: number, items: readonly OutlineItem[], deep: number): void => {
    for (const { page, dict, children } of items) {
      const number = page && sources[source]!.pageNumbers.get(page);
      begin(firstOf.get(`${source}:${number}`), textAt(dict, 'Title') ?? '');
      if (deep > 1) follow(source, children, deep - 1);
    }
  };
  const isNested = bookmarkPerSource && firstOfSource.size > 1;
  for (const [source, first] of firstOfSource) {
    if (isNested) begin(first, names[source]!.replace(/\.pdf$/i, ''));
    const deep = isNested ? levels - 1 : levels;
    if (deep > 0) follow(source, structureOf(sources[source]!).outline, deep);
  }
  return [...titles.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([page, title]) => ({ page, ...(title !== undefined && { title }) }));
}
