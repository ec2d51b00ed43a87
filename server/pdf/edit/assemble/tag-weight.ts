import { PDFName } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { structureOf } from '../../source/structure.ts';
import type { Tag } from '../../source/tags.ts';

/** What the structure elements of a page add to a file. */
export interface TagWeight {
  /** As text, not packed. */
  bytes: number;
  objects: number;
}

/** The place in its parent and the way back to it; and, of each piece of content, in element and parent tree. */
const perElement = 40;
const perContent = 40;
const identifier = PDFName.of('ID');
const kidsKey = PDFName.of('K');
const known = new WeakMap<Source, readonly TagWeight[]>();

/** By page of the source. An element counts on each page that it has content on, an empty one where its parent begins. */
export function tagWeights(source: Source): readonly TagWeight[] {
  const weighed = known.get(source);
  if (weighed) return weighed;
  const weights = source.pages.map((): TagWeight => ({ bytes: 0, objects: 0 }));
  const visit = (tag: Tag): { pages: Set<number>; empty: TagWeight } => {
    const pages = new Set<number>();
    const empty = weightOf(tag);
    for (const kid of tag.kids) {
      if ('kids' in kid) {
        const below = visit(kid);
        for (const page of below.pages) pages.add(page);
        if (below.pages.size === 0) add(empty, below.empty);
        continue;
      }
      const page = kid.page && source.pageNumbers.get(kid.page);
      if (page === undefined) continue;
      pages.add(page);
      add(weights[page]!, { bytes: perContent, objects: 0 });
    }
    for (const page of pages) add(weights[page]!, empty);
    return { pages, empty };
  };
  for (const tag of structureOf(source).tags) visit(tag);
  known.set(source, weights);
  return weights;
}

/** Without its kids, which count for themselves; an identifier stands in a tree of its own as well. */
function weightOf({ dict }: Tag): TagWeight {
  const kids = dict.get(kidsKey)?.sizeInBytes() ?? 0;
  const id = dict.get(identifier)?.sizeInBytes() ?? 0;
  return { bytes: dict.sizeInBytes() - kids + perElement + 3 * id, objects: 1 };
}

function add(to: TagWeight, more: TagWeight): void {
  to.bytes += more.bytes;
  to.objects += more.objects;
}
