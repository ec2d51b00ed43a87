import type { PDFRef } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { Annotations } from './annotations.ts';
import { Copier } from './copier.ts';
import { readInvoice } from './invoice.ts';
import type { Invoice } from './invoice.ts';
import { keepDestinations } from './kept-destinations.ts';
import type { KeptDestination } from './kept-destinations.ts';
import { Names } from './unique-names.ts';
import type { ParentTree } from './parent-tree.ts';
import { trimmedResourcesOf } from './trimmed-resources.ts';
import { Twins } from './twins.ts';
import type { VirtualDocument } from '../../model/document.ts';
import type { Draft } from '../../model/edited.ts';

/** One source's share of a result. */
export interface Part {
  /** Index of the source. */
  index: number;
  copier: Copier;
  annotations: Annotations;
  destinations: readonly KeptDestination[];
  /** Form fields that have another name now. */
  renamedFields: number;
  /** Attached files that have another name now. */
  renamedFiles: number;
  /** That it is an electronic invoice, where that is not true of the result: more or fewer pages are in it. */
  invoice: Invoice | undefined;
  /** Its first page in the result. */
  first: PDFRef;
}

/**
 * The sources in the order of their first page. What is kept of them is known before anything is copied.
 * @param targets where each page goes
 * @param parents gives pages and annotations their numbers in the structure tree
 */
export function openParts(
  { pages, maxBytes }: VirtualDocument,
  targets: readonly PDFRef[],
  sources: readonly Source[],
  draft: Draft,
  parents: ParentTree,
): Map<number, Part> {
  const twins = new Twins(new Set(pages.map(({ source }) => sources[source]!)));
  const parts = new Map<number, Part>();
  for (const [index, { source, page, blank }] of pages.entries()) {
    const target = targets[index]!;
    let part = parts.get(source);
    if (!part) {
      const copier = new Copier(sources[source]!, draft, twins, parents);
      const annotations = new Annotations(copier, draft);
      const changes = { destinations: [], renamedFields: 0, renamedFiles: 0, invoice: undefined };
      part = { index: source, copier, annotations, ...changes, first: target };
      parts.set(source, part);
    }
    const { ref } = part.copier.source.pages[page]!;
    if (!blank && !part.copier.targets.has(ref)) part.copier.targets.set(ref, target);
  }
  const names = new Names();
  for (const part of parts.values()) {
    part.destinations = keepDestinations(part.copier, names);
    const { pages: all, pageNumbers } = part.copier.source;
    const kept = [...part.copier.targets.keys()];
    if (parts.size > 1 || kept.length < pageNumbers.size) part.invoice = readInvoice(part.copier.source);
    if (kept.length < pageNumbers.size || maxBytes !== undefined)
      part.copier.trimmed = trimmedResourcesOf(part.copier.source);
    for (const page of kept) part.annotations.reserve(all[pageNumbers.get(page)!]!);
  }
  return parts;
}
