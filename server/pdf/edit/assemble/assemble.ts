import { PDFDict, PDFName } from 'pdf-lib';
import type { PDFObject, PDFRef } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { dictAt, textString } from '../../source/objects.ts';
import { structureOf } from '../../source/structure.ts';
import { identifier } from '../identifier.ts';
import { Overlay } from '../overlay.ts';
import { copyCatalog, copyNames } from './catalog.ts';
import { Form } from './form.ts';
import { dropInvoice } from './invoice.ts';
import { buildLabels } from './page-labels.ts';
import { buildLayers } from './layers.ts';
import { lossesOf } from './structure-losses.ts';
import { buildOutline, copyOutline, countBookmarks } from './bookmarks.ts';
import type { Bookmark } from './bookmarks.ts';
import { copyPages } from './copy-pages.ts';
import { openParts } from './parts.ts';
import { ParentTree } from './parent-tree.ts';
import type { Part } from './parts.ts';
import { Tags } from './tag-tree.ts';
import type { Loss, Kept } from '../../model/written.ts';
import type { PagePatch, Pictures } from '../../model/page.ts';
import type { VirtualDocument, VirtualPage } from '../../model/document.ts';
import type { Draft, EditedDocument } from '../../model/edited.ts';
import { openDraft } from '../draft.ts';

export interface AssemblyInput {
  document: VirtualDocument;
  sources: readonly Source[];
  /** File names of the sources. */
  names: readonly string[];
  /** One for each page. */
  patches: readonly PagePatch[];
  /** That the patches draw. */
  pictures: Pictures;
  /** Of what makes the result's own names and identifier. */
  seed: string;
}

export interface Assembled {
  edited: EditedDocument;
  kept: Kept;
  losses: Loss[];
}

/**
 * Puts a new document together from chosen pages, with all that hangs on them: links, destinations, bookmarks, form
 * fields, labels, attachments, layers. Of pages that were not chosen nothing comes along. The library's `copyPages`
 * breaks every link and drags removed pages in, its `removePage` leaves them in the file.
 */
export async function assemble(input: AssemblyInput, report: (share: number) => void): Promise<Assembled> {
  const { document, sources, patches, seed } = input;
  const { pages } = document;
  const draft = openDraft();
  const { context } = draft;
  const catalog = PDFDict.withContext(context);
  const root = context.register(catalog);
  const targets = pages.map(() => context.nextRef());
  const parents = new ParentTree();
  const parts = openParts(document, targets, sources, draft, parents);
  const overlay = new Overlay(draft, input.pictures, seed);
  const tree = await copyPages(pages, targets, patches, parts, draft, overlay, report);
  overlay.end();

  const all = [...parts.values()];
  const [lead] = all as [Part, ...Part[]];
  const tags = new Tags(draft, parents);
  for (const part of all) tags.add(part.copier, placesOf(part, pages));
  copyCatalog(catalog, lead.copier);
  const attachments = await copyNames(catalog, draft, all);
  const outlines = all.map(({ copier }) => copyOutline(copier, structureOf(copier.source).outline));
  const form = new Form(draft);
  for (const part of all) part.renamedFields = form.add(part.copier, part.annotations.widgets);
  const labels = buildLabels(context, sources, pages);
  const pieces = {
    Type: PDFName.of('Catalog'),
    Pages: tree,
    Outlines: buildOutline(context, nestBookmarks(input, draft, all, outlines)),
    AcroForm: form.build(),
    StructTreeRoot: tags.build(),
    MarkInfo: buildMarkInfo(all),
    PageLabels: labels,
  };
  for (const [key, value] of Object.entries(pieces)) if (value) catalog.set(PDFName.of(key), value);
  const { trailer } = lead.copier.source;
  const info = trailer.info && (lead.copier.ref(trailer.info) as PDFRef);
  const copiers = all.map(({ copier }) => copier);
  for (const copier of copiers) await copier.settle();
  const layers = buildLayers(context, copiers);
  if (layers) catalog.set(PDFName.of('OCProperties'), layers);
  for (const copier of copiers) await copier.settle();
  if (lead.invoice) dropInvoice(draft, catalog);
  const id = identifier(seed);
  const kept: Kept = {
    links: all.reduce((sum, { annotations }) => sum + annotations.keptLinks, 0),
    destinations: all.reduce((sum, part) => sum + part.destinations.length, 0),
    bookmarks: outlines.reduce((sum, outline) => sum + countBookmarks(outline), 0),
    fields: form.count,
    attachments,
    tags: tags.count,
    labels: labels ? pages.length : 0,
  };
  const edited: EditedDocument = {
    draft,
    root,
    info,
    id: [id, id],
    version: '1.7',
    objectStreams: true,
    signed: false,
    anew: true,
    warnings: [],
    notes: [],
  };
  return { edited, kept, losses: lossesOf(document, all, input.names) };
}

/** Where the pages of a part are in the result, each in its first place. */
function placesOf({ index, copier }: Part, pages: readonly VirtualPage[]): Map<PDFRef, number> {
  const places = new Map<PDFRef, number>();
  for (const [place, { source, page, blank }] of pages.entries()) {
    if (source !== index || blank) continue;
    const { ref } = copier.source.pages[page]!;
    if (!places.has(ref)) places.set(ref, place);
  }
  return places;
}

/** A document is a tagged one only where all of it is. */
function buildMarkInfo(parts: readonly Part[]): PDFObject | undefined {
  const [said] = parts.map(({ copier }) => dictAt(copier.source.catalog, 'MarkInfo'));
  return said && parts.every(({ copier }) => copier.source.facts.tagged)
    ? parts[0]!.copier.dict(said)
    : undefined;
}

/** Each source's bookmarks, after a merge that wishes so under one with the file's name. */
function nestBookmarks(
  { document, names }: AssemblyInput,
  { context }: Draft,
  parts: readonly Part[],
  outlines: readonly Bookmark[][],
): Bookmark[] {
  if (!document.bookmarkPerSource || parts.length === 1) return outlines.flat();
  return parts.map(({ index, first }, at) => {
    const entries = PDFDict.withContext(context);
    entries.set(PDFName.Title, textString((names[index] ?? '').replace(/\.pdf$/i, '')));
    entries.set(PDFName.of('Dest'), context.obj([first, 'Fit']));
    return { entries, open: false, children: outlines[at]! };
  });
}
