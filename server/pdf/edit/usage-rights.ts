import { PDFName } from 'pdf-lib';
import { dictAt } from '../source/objects.ts';
import type { Source } from '../source/load.ts';
import type { Loss } from '../model/written.ts';
import type { Draft } from '../model/edited.ts';

const perms = PDFName.of('Perms');
/** By which Adobe Reader once allowed more for a document, such as saving a form that is filled in. */
const rights = ['UR3', 'UR'];

/** What is to be told where a result has no usage rights any more. */
export function lostUsageRights({ catalog }: Source): Loss[] {
  const held = dictAt(catalog, 'Perms');
  return rights.some((key) => held?.has(PDFName.of(key)))
    ? [{ says: 'The usage rights for Adobe Reader hold for the unchanged file only and were taken out' }]
    : [];
}

/**
 * Takes the usage rights out of a document that changes: they are signed, and where the signature does not fit, Acrobat
 * allows less than without them (ISO 32000-1, 12.8.2.3).
 */
export function endUsageRights(source: Source, draft: Draft): Loss[] {
  const losses = lostUsageRights(source);
  if (losses.length === 0) return losses;
  const catalog = draft.edit(source.trailer.root);
  const held = dictAt(source.catalog, 'Perms')!.clone();
  for (const key of rights) held.delete(PDFName.of(key));
  if (held.keys().length > 0) catalog.set(perms, held);
  else catalog.delete(perms);
  return losses;
}
