import { PDFArray, PDFDict, PDFName, PDFRef } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { asDict, dictAt, isText, keyOf, nameAt } from '../read/objects.ts';
import { nameKey, nameTreeEntries } from '../read/name-tree.ts';
import type { Copier } from './copier.ts';

/** Where something leads: to a kept page, to a page that goes, or elsewhere (nowhere, another file, a web page). */
export type Target = 'kept' | 'gone' | 'elsewhere';

/** The named destinations of one source. PDF 1.1 had them in a dictionary under names, later in a tree under strings. */
export class Destinations {
  readonly #copier: Copier;
  readonly #strings = new Map<string, PDFObject>();
  readonly #names = new Map<string, PDFObject>();

  constructor(copier: Copier) {
    this.#copier = copier;
    const { catalog } = copier.source;
    for (const { key, value } of nameTreeEntries(dictAt(dictAt(catalog, 'Names'), 'Dests'))) {
      this.#strings.set(key, value);
    }
    for (const [key, value] of dictAt(catalog, 'Dests')?.entries() ?? [])
      this.#names.set(key.decodeText(), value);
  }

  /** Where a destination, explicit or by name, or the go-to action around it leads. */
  targetOf(value: PDFObject | undefined): Target {
    const explicit = this.#explicit(value);
    if (!explicit) return 'elsewhere';
    const page = explicit.get(0);
    if (!(page instanceof PDFRef)) return 'elsewhere';
    if (this.#copier.targets.has(page)) return 'kept';
    return nameAt(asDict(this.#copier.source.context.lookup(page)), 'Type') === 'Page' ? 'gone' : 'elsewhere';
  }

  /** Where an annotation or bookmark leads by its destination or its go-to action. */
  targetOfHolder(holder: PDFDict): Target {
    const action = dictAt(holder, 'A');
    const goTo = nameAt(action, 'S') === 'GoTo' ? action?.get(PDFName.of('D')) : undefined;
    return this.targetOf(holder.get(PDFName.of('Dest')) ?? goTo);
  }

  /** Decides the names in the result before anything is copied: a clash with an earlier source gets a number. */
  rename(taken: Set<string>): void {
    for (const key of [...this.#strings.keys(), ...this.#names.keys()]) {
      let name = key;
      for (let count = 2; taken.has(name); count += 1) name = `${key}-${count}`;
      taken.add(name);
      if (name === key) continue;
      this.#copier.renamed.set(key, this.#strings.has(key) ? nameKey(name) : PDFName.of(name));
    }
  }

  /** The kept ones, copied, under their names in the result. */
  kept(): { strings: [string, PDFObject][]; names: [string, PDFObject][] } {
    return { strings: this.#keptOf(this.#strings), names: this.#keptOf(this.#names) };
  }

  #keptOf(entries: ReadonlyMap<string, PDFObject>): [string, PDFObject][] {
    return [...entries].flatMap(([key, value]): [string, PDFObject][] => {
      if (this.targetOf(value) !== 'kept') return [];
      const name = keyOf(this.#copier.renamed.get(key)) ?? key;
      return [[name, this.#copier.value(this.#explicit(value)!)]];
    });
  }

  #explicit(value: PDFObject | undefined, depth = 0): PDFArray | undefined {
    const { context } = this.#copier.source;
    const resolved = context.lookup(value);
    if (resolved instanceof PDFArray || depth > 3) return resolved instanceof PDFArray ? resolved : undefined;
    if (resolved instanceof PDFDict) return this.#explicit(resolved.get(PDFName.of('D')), depth + 1);
    const key = keyOf(resolved);
    if (key === undefined) return undefined;
    const named = isText(resolved)
      ? this.#strings.get(key)
      : (this.#names.get(key) ?? this.#strings.get(key));
    return named && this.#explicit(named, depth + 1);
  }
}
