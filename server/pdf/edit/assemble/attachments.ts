import { PDFName } from 'pdf-lib';
import type { PDFDict, PDFObject } from 'pdf-lib';
import { nameTreeEntries } from '../../source/name-tree.ts';
import { asDict, dictAt, textAt, textString } from '../../source/objects.ts';
import type { Part } from './parts.ts';
import { Names, numberFile } from './unique-names.ts';
import type { Draft } from '../../model/edited.ts';

const nameKeys = ['F', 'UF'].map((key) => PDFName.of(key));

/**
 * The attached files of all sources as entries of their name tree. Who saves them all would lose one where two are
 * called alike: a later document's file gets another name, under which it is found as well.
 */
export async function copyAttachments(draft: Draft, parts: readonly Part[]): Promise<[string, PDFObject][]> {
  const entries: [string, PDFObject][] = [];
  const keys = new Names(numberFile);
  const names = new Names(numberFile);
  for (const part of parts) {
    const own = new Map<string, string>();
    const seen = new Set<PDFDict>();
    for (const { key, value } of nameTreeEntries(
      dictAt(dictAt(part.copier.source.catalog, 'Names'), 'EmbeddedFiles'),
    )) {
      const copy = part.copier.value(value);
      entries.push([keys.claim(key), copy]);
      await part.copier.settle();
      const file = asDict(draft.resolve(copy));
      const said = fileName(file);
      if (!file || said === undefined || seen.has(file)) continue;
      seen.add(file);
      if (part.invoice?.file === said) file.set(relationship, PDFName.of('Unspecified'));
      const name = own.get(said) ?? names.claim(said);
      own.set(said, name);
      if (name === said) continue;
      for (const kind of nameKeys) if (file.has(kind)) file.set(kind, textString(name));
      part.renamedFiles += 1;
    }
  }
  return entries;
}

const relationship = PDFName.of('AFRelationship');

/** What a file specification calls its file. */
export function fileName(file: PDFDict | undefined): string | undefined {
  return textAt(file, 'UF') ?? textAt(file, 'F');
}
