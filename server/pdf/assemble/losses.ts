import { PDFName } from 'pdf-lib';
import { nameTreeEntries } from '../read/name-tree.ts';
import { arrayAt, dictAt } from '../read/objects.ts';
import type { VirtualDocument } from '../step.ts';
import type { Part } from './parts.ts';

/** What an assembly could not keep, in sentences that name the source where there are several. */
export function describeLosses(
  document: VirtualDocument,
  parts: readonly Part[],
  names: readonly string[],
): string[] {
  return parts.flatMap((part) =>
    lossesOf(part, document).map((loss) => (parts.length > 1 ? `${names[part.index]}: ${loss}` : loss)),
  );
}

function lossesOf(
  { index, copier, annotations, renamedFields }: Part,
  { name, pages }: VirtualDocument,
): string[] {
  const own = pages.filter(({ source, blank }) => source === index && !blank).map(({ page }) => page);
  const repeated = own.length - new Set(own).size;
  const { catalog, facts } = copier.source;
  const losses: string[] = [];
  const threads = arrayAt(catalog, 'Threads')?.size() ?? 0;
  const templates = ['Pages', 'Templates'].flatMap((kind) =>
    nameTreeEntries(dictAt(dictAt(catalog, 'Names'), kind)),
  );
  if (templates.length > 0) losses.push(`Page templates could not be kept: ${templates.length}.`);
  if (facts.tagged && repeated > 0)
    losses.push(`Pages that come again have no tags for screen readers there: ${repeated}.`);
  if (dictAt(catalog, 'AcroForm')?.has(PDFName.of('XFA')))
    losses.push('The XFA form could not be kept; its plain fields were.');
  if (catalog.has(PDFName.of('Collection'))) losses.push('The portfolio is now a document with attachments.');
  if (threads > 0) losses.push(`Article threads could not be kept: ${threads}.`);
  if (renamedFields > 0)
    losses.push(
      `Form fields have another name now, because an earlier document uses theirs: ${renamedFields}.`,
    );
  if (annotations.lostLinks > 0)
    losses.push(`Links to pages that are not in ${name} were left out: ${annotations.lostLinks}.`);
  return losses;
}
