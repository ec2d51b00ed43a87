import type { PDFDict } from 'pdf-lib';
import { PDFArray, PDFName, PDFRef } from 'pdf-lib';
import type { Draft } from '../write/draft.ts';
import { arrayAt, asDict, nameAt } from '../read/objects.ts';
import type { SourcePage } from '../read/page-tree.ts';
import type { Copier } from './copier.ts';
import type { Destinations } from './destinations.ts';

/** A form field's appearance on a page of the result. */
export interface Widget {
  original: PDFDict;
  ref: PDFRef;
  copy: PDFDict;
}

const parent = PDFName.of('Parent');
const kids = PDFName.of('Kids');
const page = PDFName.of('P');

/** Copies the annotations of pages of one source: links that lead to a page that goes are left out with it. */
export class Annotations {
  /** In page order; their fields are put together at the end. */
  readonly widgets: Widget[] = [];
  /** Links left out. */
  lostLinks = 0;
  readonly #copier: Copier;
  readonly #draft: Draft;
  readonly #destinations: Destinations;

  constructor(copier: Copier, draft: Draft, destinations: Destinations) {
    this.#copier = copier;
    this.#draft = draft;
    this.#destinations = destinations;
  }

  /** Before anything is copied: annotations refer to one another, and only to kept ones. */
  reserve({ node }: SourcePage): void {
    for (const entry of arrayAt(node, 'Annots')?.asArray() ?? []) {
      if (!(entry instanceof PDFRef) || this.#copier.targets.has(entry)) continue;
      const annotation = asDict(this.#copier.source.context.lookup(entry));
      if (annotation && this.#isKept(annotation))
        this.#copier.targets.set(entry, this.#draft.context.nextRef());
    }
  }

  /** @param again the page has been copied before: its annotations are copied too, as no two pages may share one */
  copy({ node }: SourcePage, target: PDFRef, again: boolean): PDFArray | undefined {
    const originals = arrayAt(node, 'Annots');
    if (!originals) return undefined;
    const copies = PDFArray.withContext(this.#draft.context);
    for (const entry of originals.asArray()) {
      const original = asDict(this.#copier.source.context.lookup(entry));
      if (!original) continue;
      const isLink = nameAt(original, 'Subtype') === 'Link';
      if (!this.#isKept(original)) {
        if (isLink) this.lostLinks += 1;
        continue;
      }
      const reserved = entry instanceof PDFRef && !again ? this.#copier.targets.get(entry) : undefined;
      const ref = reserved ?? this.#draft.context.nextRef();
      const isWidget = nameAt(original, 'Subtype') === 'Widget';
      const copy = isWidget ? this.#copier.dict(original, parent, kids) : this.#copier.dict(original);
      if (copy.has(page)) copy.set(page, target);
      this.#draft.context.assign(ref, copy);
      if (isWidget) this.widgets.push({ original, ref, copy });
      copies.push(ref);
    }
    return copies.size() > 0 ? copies : undefined;
  }

  #isKept(annotation: PDFDict): boolean {
    return this.#destinations.targetOfHolder(annotation) !== 'gone';
  }
}
