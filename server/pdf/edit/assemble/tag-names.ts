import { PDFDict, PDFName } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { nameOf } from '../../source/names.ts';
import type { Copier } from './copier.ts';
import type { Draft } from '../../model/edited.ts';

/** The role maps, or the class maps, of several sources as one. */
export class TagNames {
  readonly #draft: Draft;
  readonly #meanings = new Map<string, string>();
  readonly #entries = new Map<string, PDFObject>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Adds a source's; answers the new names of those that mean something else in an earlier source. */
  add(copier: Copier, map: PDFDict | undefined): ReadonlyMap<PDFName, PDFName> {
    const renamed = new Map<PDFName, PDFName>();
    const added: [string, PDFObject][] = [];
    for (const [key, value] of map?.entries() ?? []) {
      const name = key.decodeText();
      const meaning = String(copier.source.context.lookup(value));
      let free = name;
      for (let count = 2; (this.#meanings.get(free) ?? meaning) !== meaning; count += 1)
        free = `${name}-${count}`;
      if (free !== name) renamed.set(key, nameOf(free));
      if (this.#meanings.has(free)) continue;
      this.#meanings.set(free, meaning);
      added.push([free, value]);
    }
    for (const [name, value] of added) {
      const role = value instanceof PDFName ? renamed.get(value) : undefined;
      this.#entries.set(name, role ?? copier.value(value));
    }
    return renamed;
  }

  /** Undefined where no source has any. */
  build(): PDFDict | undefined {
    if (this.#entries.size === 0) return undefined;
    const dict = PDFDict.withContext(this.#draft.context);
    for (const [name, value] of this.#entries) dict.set(nameOf(name), value);
    return dict;
  }
}
