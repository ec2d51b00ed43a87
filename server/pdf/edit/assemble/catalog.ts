import { PDFArray, PDFDict, PDFName } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { nameOf } from '../../source/names.ts';
import { arrayAt, asDict, dictAt } from '../../source/objects.ts';
import { buildNameTree, nameTreeEntries } from '../../source/name-tree.ts';
import { structureOf } from '../../source/structure.ts';
import { copyAttachments, fileName } from './attachments.ts';
import type { Copier } from './copier.ts';
import type { Part } from './parts.ts';
import { Names } from './unique-names.ts';
import type { Draft } from '../../model/edited.ts';

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
export function copyCatalog(catalog: PDFDict, copier: Copier): void {
  const original = copier.source.catalog;
  const chosen = PDFDict.withContext(original.context);
  for (const key of [PDFName.Type, ...ofFirst]) {
    const value = original.get(key);
    if (value) chosen.set(key, value);
  }
  for (const [key, value] of copier.dict(chosen).entries()) catalog.set(key, value);
  const opening = original.get(openAction);
  if (!opening) return;
  const action = dictAt(original, 'OpenAction');
  const { destinations } = structureOf(copier.source);
  const page = destinations.pageOf(action ? action.get(PDFName.of('D')) : opening);
  if (page && !copier.targets.has(page)) return;
  catalog.set(openAction, action ? copier.value(opening) : copier.destination(opening));
}

const openAction = PDFName.of('OpenAction');

/** Name trees beside those of destinations and files, by the key of each; scripts are found by these names. */
const trees = ['JavaScript', 'AP', 'Renditions'];

/**
 * Destinations, attachments and document scripts of all sources; a name that is taken gets a number.
 * @returns how many attachments there are
 */
export async function copyNames(catalog: PDFDict, draft: Draft, parts: readonly Part[]): Promise<number> {
  const { context } = draft;
  const names = PDFDict.withContext(context);
  const kept = parts.flatMap(({ copier, destinations }) =>
    destinations.map(({ kind, name, explicit }) => ({ kind, name, value: copier.destination(explicit) })),
  );
  const strings = kept.filter(({ kind }) => kind === 'string');
  if (strings.length > 0) {
    const entries = strings.map(({ name, value }): [string, PDFObject] => [name, value]);
    names.set(PDFName.of('Dests'), buildNameTree(context, entries));
  }
  if (strings.length < kept.length) {
    const dict = PDFDict.withContext(context);
    for (const { kind, name, value } of kept) if (kind === 'name') dict.set(nameOf(name), value);
    catalog.set(PDFName.of('Dests'), context.register(dict));
  }
  const attachments = await copyAttachments(draft, parts);
  if (attachments.length > 0) names.set(PDFName.of('EmbeddedFiles'), buildNameTree(context, attachments));
  for (const kind of trees) {
    const taken = new Names();
    const entries = parts.flatMap(({ copier }) =>
      nameTreeEntries(dictAt(dictAt(copier.source.catalog, 'Names'), kind)).map(
        ({ key, value }): [string, PDFObject] => [taken.claim(key), copier.value(value)],
      ),
    );
    if (entries.length > 0) names.set(PDFName.of(kind), buildNameTree(context, entries));
  }
  if (names.keys().length > 0) catalog.set(PDFName.of('Names'), context.register(names));
  const associated = PDFArray.withContext(context);
  for (const { copier, invoice } of parts) {
    for (const file of arrayAt(copier.source.catalog, 'AF')?.asArray() ?? []) {
      const isData = invoice && invoice.file === fileName(asDict(copier.source.context.lookup(file)));
      if (!isData) associated.push(copier.value(file));
    }
  }
  if (associated.size() > 0) catalog.set(PDFName.of('AF'), associated);
  return attachments.length;
}
