import { PDFArray, PDFDict, PDFName } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Draft } from '../write/draft.ts';
import { arrayAt, dictAt } from '../read/objects.ts';
import { buildNameTree, nameTreeEntries } from '../read/name-tree.ts';
import type { Copier } from './copier.ts';
import type { Destinations } from './destinations.ts';

/** What of the first source speaks for the whole result. */
const ofFirst = [
  'Lang',
  'ViewerPreferences',
  'PageMode',
  'PageLayout',
  'Metadata',
  'OutputIntents',
  'URI',
  'Extensions',
  'PieceInfo',
  'AA',
].map((key) => PDFName.of(key));

/** Copies what the first source says of the document as a whole. */
export function copyCatalog(catalog: PDFDict, copier: Copier, destinations: Destinations): void {
  const original = copier.dict(copier.source.catalog, ...structural);
  for (const key of ofFirst) {
    const value = original.get(key);
    if (value) catalog.set(key, value);
  }
  const opening = copier.source.catalog.get(openAction);
  const action = dictAt(copier.source.catalog, 'OpenAction');
  const target = action ? destinations.targetOf(action.get(PDFName.of('D'))) : destinations.targetOf(opening);
  if (opening && target !== 'gone') catalog.set(openAction, copier.value(opening));
}

const openAction = PDFName.of('OpenAction');
const structural = [
  'Pages',
  'Names',
  'Dests',
  'Outlines',
  'AcroForm',
  'PageLabels',
  'OCProperties',
  'StructTreeRoot',
  'Threads',
  'OpenAction',
].map((key) => PDFName.of(key));

/** Destinations, attachments and document scripts of all sources; a name that is taken gets a number. */
export function copyNames(
  catalog: PDFDict,
  draft: Draft,
  parts: readonly { copier: Copier; destinations: Destinations }[],
): void {
  const { context } = draft;
  const names = PDFDict.withContext(context);
  const kept = parts.map(({ destinations }) => destinations.kept());
  const strings = kept.flatMap((part) => part.strings);
  if (strings.length > 0) names.set(PDFName.of('Dests'), buildNameTree(context, strings));
  const old = kept.flatMap((part) => part.names);
  if (old.length > 0) {
    const dict = PDFDict.withContext(context);
    for (const [key, value] of old) dict.set(PDFName.of(key), value);
    catalog.set(PDFName.of('Dests'), context.register(dict));
  }
  for (const kind of ['EmbeddedFiles', 'JavaScript']) {
    const taken = new Set<string>();
    const entries = parts.flatMap(({ copier }) =>
      nameTreeEntries(dictAt(dictAt(copier.source.catalog, 'Names'), kind)).map(
        ({ key, value }): [string, PDFObject] => {
          let name = key;
          for (let count = 2; taken.has(name); count += 1) name = `${key}-${count}`;
          taken.add(name);
          return [name, copier.value(value)];
        },
      ),
    );
    if (entries.length > 0) names.set(PDFName.of(kind), buildNameTree(context, entries));
  }
  if (names.keys().length > 0) catalog.set(PDFName.of('Names'), context.register(names));
  const associated = PDFArray.withContext(context);
  for (const { copier } of parts) {
    for (const file of arrayAt(copier.source.catalog, 'AF')?.asArray() ?? [])
      associated.push(copier.value(file));
  }
  if (associated.size() > 0) catalog.set(PDFName.of('AF'), associated);
}
