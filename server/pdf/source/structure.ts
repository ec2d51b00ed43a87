import type { PDFDict, PDFRef } from 'pdf-lib';
import { Destinations } from './destinations.ts';
import { readFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { readLabels } from './labels.ts';
import type { Label } from './labels.ts';
import type { Source } from './load.ts';
import { arrayAt, dictsIn } from './objects.ts';
import { readTags } from './tags.ts';
import type { Tag } from './tags.ts';
import { bookmarksByPage, readOutline } from './outline.ts';
import type { OutlineItem } from './outline.ts';

/** What spans the pages of a source, read when it is first asked for: a split asks once for each of its parts. */
export class Structure {
  readonly #source: Source;
  #destinations: Destinations | undefined;
  #outline: readonly OutlineItem[] | undefined;
  #bookmarks: ReadonlyMap<PDFRef, readonly OutlineItem[]> | undefined;
  #tags: readonly Tag[] | undefined;
  #fields: Fields | undefined;
  #annotations: ReadonlySet<PDFDict> | undefined;
  #labels: readonly Label[] | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  get destinations(): Destinations {
    return (this.#destinations ??= new Destinations(this.#source));
  }

  get outline(): readonly OutlineItem[] {
    return (this.#outline ??= readOutline(this.#source, this.destinations));
  }

  /** The bookmarks that lead to each page, and those above them. */
  get bookmarks(): ReadonlyMap<PDFRef, readonly OutlineItem[]> {
    return (this.#bookmarks ??= bookmarksByPage(this.outline));
  }

  /** The structure elements of the highest level. */
  get tags(): readonly Tag[] {
    const { catalog, context, pageNumbers } = this.#source;
    return (this.#tags ??= readTags(catalog, context, pageNumbers));
  }

  get fields(): Fields {
    return (this.#fields ??= readFields(this.#source.catalog, this.#source.pages));
  }

  /** The annotations of all pages. */
  get annotations(): ReadonlySet<PDFDict> {
    return (this.#annotations ??= new Set(
      this.#source.pages.flatMap(({ node }) => dictsIn(arrayAt(node, 'Annots'))),
    ));
  }

  /** What each page is called. */
  get labels(): readonly Label[] {
    return (this.#labels ??= readLabels(this.#source));
  }
}

const structures = new WeakMap<Source, Structure>();

/** The one structure of a source, which never changes. */
export function structureOf(source: Source): Structure {
  const known = structures.get(source) ?? new Structure(source);
  structures.set(source, known);
  return known;
}
