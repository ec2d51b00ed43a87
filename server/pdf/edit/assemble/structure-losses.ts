import { PDFName } from 'pdf-lib';
import { nameTreeEntries } from '../../source/name-tree.ts';
import { arrayAt, dictAt } from '../../source/objects.ts';
import { lostUsageRights } from '../usage-rights.ts';
import type { Part } from './parts.ts';
import type { Loss } from '../../model/written.ts';
import type { VirtualDocument } from '../../model/document.ts';

/** What an assembly could not keep. @param names of the sources */
export function lossesOf(
  document: VirtualDocument,
  parts: readonly Part[],
  names: readonly string[],
): Loss[] {
  return parts.flatMap((part) => {
    const source = parts.length > 1 ? names[part.index] : undefined;
    return lossesOfPart(part, document).map((loss) => ({ ...loss, source }));
  });
}

function lossesOfPart(
  { index, copier, annotations, renamedFields, renamedFiles, invoice }: Part,
  { pages }: VirtualDocument,
): Loss[] {
  const own = pages.filter(({ source, blank }) => source === index && !blank).map(({ page }) => page);
  const { catalog, facts } = copier.source;
  const templates = ['Pages', 'Templates'].flatMap((kind) =>
    nameTreeEntries(dictAt(dictAt(catalog, 'Names'), kind)),
  );
  const counted: Record<string, number> = {
    'Page templates could not be kept': templates.length,
    'Pages that come again have no tags for screen readers there': facts.tagged
      ? own.length - new Set(own).size
      : 0,
    'Article threads could not be kept': arrayAt(catalog, 'Threads')?.size() ?? 0,
    'Form fields have another name now, because an earlier document uses theirs': renamedFields,
    'Attachments have another name now, because an earlier document uses theirs': renamedFiles,
    'Pages whose content could not be read kept all that it might draw, also of pages that are not in the result':
      own.filter((page) => copier.trimmed?.isUnclear(copier.source.pages[page]!)).length,
    'Links to pages that are not in the result were left out': annotations.lostLinks,
    'Buttons that led to pages that are not in the result lead nowhere now': annotations.lostActions,
  };
  const losses: Loss[] = Object.entries(counted).flatMap(([says, count]) =>
    count > 0 ? { says, count } : [],
  );
  if (invoice)
    losses.push({
      says: 'The result is no electronic invoice: that claim was left out, the data is attached',
    });
  losses.push(...lostUsageRights(copier.source));
  if (dictAt(catalog, 'AcroForm')?.has(PDFName.of('XFA')))
    losses.push({ says: 'The XFA form could not be kept; its plain fields were' });
  if (catalog.has(PDFName.of('Collection')))
    losses.push({ says: 'The portfolio is now a document with attachments' });
  return losses;
}
