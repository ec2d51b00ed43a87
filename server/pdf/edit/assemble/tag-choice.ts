import { PDFDict, PDFName, PDFRef } from 'pdf-lib';
import { nameAt } from '../../source/objects.ts';
import type { Tag, TagContent } from '../../source/tags.ts';
import type { Copier } from './copier.ts';

/** A structure element that stays, with what stays of it. */
export interface ChosenTag {
  tag: Tag;
  kids: (ChosenTag | TagContent)[];
  /** Some of its content goes. */
  torn: boolean;
}

/**
 * What pages that go leave of a structure tree: elements with content that stays, and empty ones (table cells, say)
 * beside them where nothing of their parent goes. Elements follow their pages where these have changed their order.
 * @param places of the pages that stay, in the result
 */
export function chooseTags(
  tags: readonly Tag[],
  copier: Copier,
  places: ReadonlyMap<PDFRef, number>,
): ChosenTag[] {
  return new Choice(copier, places).among(tags).kids.filter((kid) => 'tag' in kid);
}

/**
 * What becomes of a kid: it stays, from this place in the result on; it goes with its page, or (links to such a page)
 * from a page that stays; or there never was anything in it.
 */
type Fate = { kid: ChosenTag | TagContent; at: number; torn: boolean } | 'gone' | 'dropped' | 'empty';

class Choice {
  readonly #copier: Copier;
  readonly #places: ReadonlyMap<PDFRef, number>;
  /** Source page numbers, ascending. */
  readonly #numbers: readonly number[];
  readonly #reordered: boolean;

  constructor(copier: Copier, places: ReadonlyMap<PDFRef, number>) {
    this.#copier = copier;
    this.#places = places;
    const pages = [...places].map(([ref, place]) => ({
      number: copier.source.pageNumbers.get(ref) ?? 0,
      place,
    }));
    pages.sort((a, b) => a.number - b.number);
    this.#numbers = pages.map(({ number }) => number);
    this.#reordered = pages.some(({ place }, index) => place < (pages[index - 1]?.place ?? 0));
  }

  among(kids: readonly (Tag | TagContent)[]): {
    kids: (ChosenTag | TagContent)[];
    torn: boolean;
    dropped: boolean;
    at: number;
  } {
    const fates = kids.map((kid) => ('kids' in kid ? this.#fateOf(kid) : this.#fateOfContent(kid)));
    const torn = fates.some((fate) => fate === 'gone' || (typeof fate === 'object' && fate.torn));
    let at = -1;
    let first = Infinity;
    const chosen: { kid: ChosenTag | TagContent; at: number }[] = [];
    for (const [index, fate] of fates.entries()) {
      const kid = kids[index]!;
      if (typeof fate === 'object') {
        at = fate.at;
        first = Math.min(first, at);
        chosen.push(fate);
      } else if (fate === 'empty' && !torn && 'kids' in kid) chosen.push({ kid: emptied(kid), at });
    }
    if (this.#reordered) chosen.sort((a, b) => a.at - b.at);
    return { kids: chosen.map(({ kid }) => kid), torn, dropped: fates.includes('dropped'), at: first };
  }

  #fateOf(tag: Tag): Fate {
    if (tag.first === Infinity) return 'empty';
    if (!this.#reaches(tag)) return 'gone';
    const { kids, torn, dropped, at } = this.among(tag.kids);
    if (at === Infinity) return torn ? 'gone' : dropped ? 'dropped' : 'empty';
    return { kid: { tag, kids, torn }, at, torn };
  }

  #fateOfContent(content: TagContent): Fate {
    const { item, page } = content;
    const at = page && this.#places.get(page);
    if (page && at === undefined) return 'gone';
    if (!(item instanceof PDFDict) || nameAt(item, 'Type') !== 'OBJR')
      return at === undefined ? 'empty' : { kid: content, at, torn: false };
    const object = item.get(PDFName.of('Obj'));
    if (object instanceof PDFRef && this.#copier.targets.has(object))
      return { kid: content, at: at ?? 0, torn: false };
    return page ? 'dropped' : 'gone';
  }

  /** Whether a page that stays is among those that the element may have content on. */
  #reaches({ first, last }: Tag): boolean {
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#numbers[middle]! < first) low = middle + 1;
      else high = middle;
    }
    return low < this.#numbers.length && this.#numbers[low]! <= last;
  }
}

function emptied(tag: Tag): ChosenTag {
  const kids = tag.kids.flatMap((kid) => ('kids' in kid ? [emptied(kid)] : []));
  return { tag, kids, torn: false };
}
