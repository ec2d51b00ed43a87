import type { Structures, Target } from './structures.ts';

/** A page of the result: index of the source, and page of it (one-based). */
export type Chosen = readonly [source: number, page: number];

/** Pages of one source, in order. */
export function chosen(source: number, first: number, last: number): Chosen[] {
  return Array.from({ length: last - first + 1 }, (_, index): Chosen => [source, first + index]);
}

/**
 * What a result of these pages has to have, if it keeps all that can be kept. With several sources the names of
 * destinations are the sources' own, with their index before; with pages left out `tags` is what there may be at most.
 */
export function expected(sources: readonly Structures[], pages: readonly Chosen[]): Structures {
  const places = new Map<string, number>();
  for (const [index, [source, page]] of pages.entries()) {
    const key = `${source}:${page}`;
    if (!places.has(key)) places.set(key, index + 1);
  }
  const follow = (source: number, target: Target): Target | undefined =>
    typeof target === 'number' ? places.get(`${source}:${target}`) : target;
  const used = [...new Set(pages.map(([source]) => source))];
  return {
    links: pages.map(([source, page]) =>
      sources[source]!.links[page - 1]!.flatMap((target) => follow(source, target) ?? []),
    ),
    destinations: new Map(
      used.flatMap((source) =>
        [...sources[source]!.destinations].flatMap(([name, target]): [string, Target][] => {
          const to = target === 'broken' ? undefined : follow(source, target);
          return to === undefined ? [] : [[used.length > 1 ? `${source}${name}` : name, to]];
        }),
      ),
    ),
    bookmarks: used.flatMap((source) =>
      keptBookmarks(sources[source]!.bookmarks, (target) => follow(source, target)),
    ),
    fields: used
      .flatMap((source) =>
        sources[source]!.fields.flatMap((field) => {
          const shown = field.pages.flatMap((page) => places.get(`${source}:${page}`) ?? []);
          return field.pages.length > 0 && shown.length === 0
            ? []
            : { ...field, pages: shown.toSorted(byNumber) };
        }),
      )
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    attachments: used.flatMap((source) => sources[source]!.attachments),
    labels: used.some((source) => sources[source]!.labels)
      ? pages.map(([source, page]) => sources[source]!.labels?.[page - 1] ?? `/D undefined ${page}`)
      : undefined,
    tags: used.reduce((sum, source) => sum + sources[source]!.tags, 0),
    tagFaults: used.flatMap((source) => sources[source]!.tagFaults),
  };
}

function byNumber(a: number, b: number): number {
  return a - b;
}

/** Those that lead to kept pages, or have such below them: in reverse, these are the ones kept last. */
function keptBookmarks(
  bookmarks: Structures['bookmarks'],
  follow: (target: Target) => Target | undefined,
): Structures['bookmarks'] {
  const kept: Structures['bookmarks'] = [];
  for (const { title, depth, target } of bookmarks.toReversed()) {
    const to = follow(target);
    if (to === undefined && depth >= (kept.at(-1)?.depth ?? -1)) continue;
    kept.push({ title, depth, target: to ?? 'elsewhere' });
  }
  return kept.toReversed();
}
