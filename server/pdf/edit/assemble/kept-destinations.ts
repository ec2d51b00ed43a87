import type { PDFArray } from 'pdf-lib';
import { nameKey } from '../../source/name-tree.ts';
import { nameOf } from '../../source/names.ts';
import { structureOf } from '../../source/structure.ts';
import type { Copier } from './copier.ts';
import type { Names } from './unique-names.ts';

/** A named destination of the result; its value is still the source's. */
export interface KeptDestination {
  kind: 'string' | 'name';
  name: string;
  explicit: PDFArray;
}

/**
 * The named destinations that lead to kept pages, before anything is copied: a name that an earlier source has taken
 * gets a number, and the copier gives it to all that refer to it.
 */
export function keepDestinations(copier: Copier, names: Names): KeptDestination[] {
  const { destinations } = structureOf(copier.source);
  return [...copier.targets.keys()].flatMap((page) =>
    destinations.to(page).map(({ key, value, kind }) => {
      const name = names.claim(key);
      if (name !== key) copier.renamed.set(key, kind === 'string' ? nameKey(name) : nameOf(name));
      return { kind, name, explicit: destinations.explicit(value)! };
    }),
  );
}
