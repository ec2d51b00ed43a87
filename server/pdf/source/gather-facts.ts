import type { SourceFacts } from '../model/facts.ts';
import { setImmediate } from 'node:timers/promises';
import { PDFName } from 'pdf-lib';
import type { PDFDict, PDFRef } from 'pdf-lib';
import { fieldType, readFields, terminalFields } from './fields.ts';
import { findDangers } from './dangers.ts';
import { nameTreeEntries } from './name-tree.ts';
import { arrayAt, dictAt, dictsIn, nameAt, streamAt } from './objects.ts';
import type { SourcePage } from './page-tree.ts';
import { countTags, readTags } from './tags.ts';
import type { Xref } from './xref.ts';

interface Loaded {
  bytes: Buffer;
  objects: number;
  encrypted: boolean;
  catalog: PDFDict;
  pages: readonly SourcePage[];
  pageNumbers: ReadonlyMap<PDFRef, number>;
  missing: number;
  xref: Xref | undefined;
}

/** Looks at the whole document once; yields to the event loop and reports the share done. */
export async function gatherFacts(
  { bytes, objects, encrypted, catalog, pages, pageNumbers, missing, xref }: Loaded,
  report: (share: number) => void,
): Promise<SourceFacts> {
  let links = 0;
  for (const [index, { node }] of pages.entries()) {
    for (const annotation of dictsIn(arrayAt(node, 'Annots'))) {
      if (nameAt(annotation, 'Subtype') === 'Link') links += 1;
    }
    if (index % 500 === 499) {
      report(index / pages.length);
      await setImmediate();
    }
  }
  const fields = terminalFields(readFields(catalog, pages).roots);
  const names = dictAt(catalog, 'Names');
  return {
    pages: pages.length,
    missingPages: missing,
    bytes: bytes.length,
    objects,
    clean: xref !== undefined && !encrypted && missing === 0 && areDistinct(pages),
    encrypted,
    linearized: bytes.subarray(0, 2048).includes('/Linearized'),
    bookmarks: countOutline(dictAt(catalog, 'Outlines')),
    links,
    destinations:
      nameTreeEntries(dictAt(names, 'Dests')).length + (dictAt(catalog, 'Dests')?.keys().length ?? 0),
    fields: fields.length,
    signatures: countSignatures(fields, dictAt(dictAt(catalog, 'Perms'), 'DocMDP')),
    attachments: nameTreeEntries(dictAt(names, 'EmbeddedFiles')).length,
    tags: countTags(readTags(catalog, catalog.context, pageNumbers)),
    tagged: dictAt(catalog, 'StructTreeRoot') !== undefined,
    labels: dictAt(catalog, 'PageLabels') !== undefined,
    ...(await findDangers(catalog.context)),
    pdfA: pdfAClaim(catalog),
  };
}

/** A page that the tree holds twice cannot be changed for one place only. */
function areDistinct(pages: readonly SourcePage[]): boolean {
  return new Set(pages.map(({ node }) => node)).size === pages.length;
}

/** Number of outline items, over all levels. */
function countOutline(root: PDFDict | undefined): number {
  const seen = new Set<PDFDict>();
  const open = [dictAt(root, 'First')];
  while (open.length > 0) {
    const item = open.pop();
    if (!item || seen.has(item)) continue;
    seen.add(item);
    open.push(dictAt(item, 'Next'), dictAt(item, 'First'));
  }
  return seen.size;
}

/** @param certification which is one of a field, as a rule */
function countSignatures(fields: readonly PDFDict[], certification: PDFDict | undefined): number {
  const signed = fields.filter((field) => fieldType(field) === 'Sig');
  const signatures = new Set([...signed.map((field) => dictAt(field, 'V')), certification]);
  signatures.delete(undefined);
  return signatures.size;
}

function pdfAClaim(catalog: PDFDict): string | undefined {
  const packet = streamAt(catalog, 'Metadata');
  if (!packet || packet.dict.has(PDFName.of('Filter'))) return undefined;
  const text = Buffer.from(packet.getContents()).toString('latin1');
  const part = /pdfaid:part\s*(?:=\s*["']|>\s*)(\d)/.exec(text)?.[1];
  const level = /pdfaid:conformance\s*(?:=\s*["']|>\s*)([A-Za-z])/.exec(text)?.[1];
  return part && `${part}${level?.toLowerCase() ?? ''}`;
}
