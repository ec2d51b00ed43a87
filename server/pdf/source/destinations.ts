import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRef } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from './load.ts';
import { nameTreeEntries } from './name-tree.ts';
import { asDict, dictAt, isText, keyOf, nameAt } from './objects.ts';

/** A named destination. PDF 1.1 had them in a dictionary under names, later in a tree under strings. */
export interface NamedDestination {
  key: string;
  value: PDFObject;
  kind: 'string' | 'name';
}

/** Where the links and bookmarks of a source lead. */
export class Destinations {
  readonly #source: Source;
  readonly #strings = new Map<string, NamedDestination>();
  readonly #names = new Map<string, NamedDestination>();
  #byPage: Map<PDFRef, NamedDestination[]> | undefined;

  constructor(source: Source) {
    this.#source = source;
    for (const { key, value } of nameTreeEntries(dictAt(dictAt(source.catalog, 'Names'), 'Dests')))
      this.#strings.set(key, { key, value, kind: 'string' });
    for (const [name, value] of dictAt(source.catalog, 'Dests')?.entries() ?? [])
      this.#names.set(name.decodeText(), { key: name.decodeText(), value, kind: 'name' });
  }

  /** The named destinations that lead to a page. */
  to(page: PDFRef): readonly NamedDestination[] {
    if (!this.#byPage) {
      this.#byPage = new Map();
      for (const named of [...this.#strings.values(), ...this.#names.values()]) {
        const target = this.pageOf(named.value);
        if (!target) continue;
        const others = this.#byPage.get(target);
        if (others) others.push(named);
        else this.#byPage.set(target, [named]);
      }
    }
    return this.#byPage.get(page) ?? [];
  }

  /** The page that a destination, explicit or by name, or the go-to action around it leads to. */
  pageOf(value: PDFObject | undefined): PDFRef | undefined {
    const page = this.explicit(value)?.get(0);
    if (page instanceof PDFNumber) return this.#source.pages[page.asNumber()]?.ref;
    if (!(page instanceof PDFRef)) return undefined;
    const isPage =
      this.#source.pageNumbers.has(page) ||
      nameAt(asDict(this.#source.context.lookup(page)), 'Type') === 'Page';
    return isPage ? page : undefined;
  }

  /** The page that an annotation or bookmark leads to by its destination or its go-to action. */
  pageOfHolder(holder: PDFDict): PDFRef | undefined {
    const action = dictAt(holder, 'A');
    const goTo = nameAt(action, 'S') === 'GoTo' ? action?.get(PDFName.of('D')) : undefined;
    return this.pageOf(holder.get(PDFName.of('Dest')) ?? goTo);
  }

  /** A destination as page and view, followed through its name. */
  explicit(value: PDFObject | undefined, depth = 0): PDFArray | undefined {
    const resolved = this.#source.context.lookup(value);
    if (resolved instanceof PDFArray || depth > 3) return resolved instanceof PDFArray ? resolved : undefined;
    if (resolved instanceof PDFDict) return this.explicit(resolved.get(PDFName.of('D')), depth + 1);
    const key = keyOf(resolved);
    if (key === undefined) return undefined;
    const named = (isText(resolved) ? undefined : this.#names.get(key)) ?? this.#strings.get(key);
    return named && this.explicit(named.value, depth + 1);
  }
}
