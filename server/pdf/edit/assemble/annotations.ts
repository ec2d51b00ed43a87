import type { PDFDict, PDFObject } from 'pdf-lib';
import { PDFArray, PDFName, PDFRef } from 'pdf-lib';
import { arrayAt, asDict, dictAt, nameAt } from '../../source/objects.ts';
import type { SourcePage } from '../../source/page-tree.ts';
import { structureOf } from '../../source/structure.ts';
import type { Copier } from './copier.ts';
import type { Draft } from '../../model/edited.ts';

/** A form field's appearance on a page of the result. */
export interface Widget {
  original: PDFDict;
  ref: PDFRef;
  copy: PDFDict;
}

const parent = PDFName.of('Parent');
const kids = PDFName.of('Kids');
const page = PDFName.of('P');
const action = PDFName.of('A');
const next = PDFName.of('Next');
const structParent = PDFName.of('StructParent');

/**
 * Copies the annotations of pages of one source: links that lead to a page that goes are left out with it,
 * buttons stay and lead nowhere.
 */
export class Annotations {
  /** In page order; their fields are put together at the end. */
  readonly widgets: Widget[] = [];
  /** Links that came along. */
  keptLinks = 0;
  /** Links left out. */
  lostLinks = 0;
  /** Buttons and the like that led to pages that go. */
  lostActions = 0;
  readonly #copier: Copier;
  readonly #draft: Draft;

  constructor(copier: Copier, draft: Draft) {
    this.#copier = copier;
    this.#draft = draft;
  }

  /** Before anything is copied: annotations, and the fields above them, refer to one another, and only to kept ones. */
  reserve({ node }: SourcePage): void {
    const { fields } = structureOf(this.#copier.source);
    for (const entry of arrayAt(node, 'Annots')?.asArray() ?? []) {
      const annotation = asDict(this.#copier.source.context.lookup(entry));
      if (!annotation || (isLink(annotation) && this.#leadsAway(annotation))) continue;
      let at: PDFObject | undefined = entry;
      while (at instanceof PDFRef && !this.#copier.targets.has(at)) {
        this.#copier.targets.set(at, this.#draft.context.nextRef());
        const holder = asDict(this.#copier.source.context.lookup(at));
        at = holder && nameAt(holder, 'Subtype') !== 'Popup' ? fields.parentOf(holder) : undefined;
      }
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
      const leadsAway = this.#leadsAway(original);
      if (isLink(original)) {
        if (leadsAway) {
          this.lostLinks += 1;
          continue;
        }
        this.keptLinks += 1;
      }
      const reserved = entry instanceof PDFRef && !again ? this.#copier.targets.get(entry) : undefined;
      const ref = reserved ?? this.#draft.context.nextRef();
      const isWidget = nameAt(original, 'Subtype') === 'Widget';
      const copy = isWidget ? this.#copier.dict(original, parent, kids) : this.#copier.dict(original);
      if (leadsAway) {
        this.lostActions += 1;
        // What comes after going there is still done.
        if (!dictAt(original, 'A')?.has(next)) copy.delete(action);
      }
      if (copy.has(page)) copy.set(page, target);
      if (again) copy.delete(structParent);
      this.#draft.context.assign(ref, copy);
      if (isWidget) this.widgets.push({ original, ref, copy });
      copies.push(ref);
    }
    return copies.size() > 0 ? copies : undefined;
  }

  /** A link is nothing but where it leads to; a button or another field has a look and a value beside. */
  #leadsAway(annotation: PDFDict): boolean {
    const page = structureOf(this.#copier.source).destinations.pageOfHolder(annotation);
    return page !== undefined && !this.#copier.targets.has(page);
  }
}

function isLink(annotation: PDFDict): boolean {
  return nameAt(annotation, 'Subtype') === 'Link';
}
