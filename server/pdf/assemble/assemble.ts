import { setImmediate } from 'node:timers/promises';
import { PDFArray, PDFDict, PDFName, PDFNumber } from 'pdf-lib';
import type { PDFRef } from 'pdf-lib';
import { applyMetadata } from '../write/apply-metadata.ts';
import { Annotations } from './annotations.ts';
import { copyCatalog, copyNames } from './catalog.ts';
import { Copier } from './copier.ts';
import { Destinations } from './destinations.ts';
import { Form } from './form.ts';
import { buildLabels } from './labels.ts';
import { buildLayers } from './layers.ts';
import { buildOutline, copyOutline } from './outlines.ts';
import type { Bookmark } from './outlines.ts';
import { Twins } from './twins.ts';
import { Draft } from '../write/draft.ts';
import { identifier, says } from '../write/edit.ts';
import type { Fixed } from '../write/edit.ts';
import type { Source } from '../read/load.ts';
import { dictAt, textString } from '../read/objects.ts';
import { Output } from '../write/output.ts';
import { Overlay } from '../write/overlay.ts';
import type { OutputSink } from '../write/sink.ts';
import type { OptionValues, PagePatch, VirtualDocument } from '../step.ts';
import { header } from '../write/full.ts';
import { writeObjects } from '../write/objects.ts';

export interface AssemblyInput {
  document: VirtualDocument;
  sources: readonly Source[];
  /** File names of the sources. */
  names: readonly string[];
  /** One for each page. */
  patches: readonly PagePatch[];
  /** Options of the `metadata` steps, in order. */
  metadata: readonly OptionValues[];
  strip: boolean;
  fixed: Fixed;
}

/** One source's share of the result. */
interface Part {
  index: number;
  copier: Copier;
  destinations: Destinations;
  annotations: Annotations;
  /** Target of its first page in the result. */
  first: PDFRef;
}

/** The share of the time that copying takes; the rest is writing. */
const copying = 0.4;

/**
 * Puts a new document together from chosen pages, with all that hangs on them: links, destinations, bookmarks, form
 * fields, labels, attachments, layers. Of pages that were not chosen nothing comes along. The library's `copyPages`
 * breaks every link and drags removed pages in, its `removePage` leaves them in the file.
 * @returns what could not be kept, in sentences
 */
export async function assemble(
  input: AssemblyInput,
  sink: OutputSink,
  report: (done: number, total: number) => void,
): Promise<string[]> {
  const { document, sources, strip, fixed } = input;
  const draft = new Draft();
  const { context } = draft;
  const catalog = PDFDict.withContext(context);
  const root = context.register(catalog);
  const targets = document.pages.map(() => context.nextRef());
  const parts = openParts(input, draft, targets);
  await copyPages(input, draft, parts, targets, catalog, (share) => report(share * copying, 1));

  const all = [...parts.values()];
  const [lead] = all as [Part, ...Part[]];
  copyCatalog(catalog, lead.copier, lead.destinations);
  copyNames(catalog, draft, all);
  const outline = buildOutline(context, bookmarksOf(input, draft, all));
  const form = new Form(draft);
  for (const { copier, annotations } of all) form.add(copier, annotations.widgets);
  const pieces = {
    Type: PDFName.of('Catalog'),
    Outlines: outline,
    AcroForm: form.build(),
    PageLabels: buildLabels(context, sources, document.pages),
    OCProperties: buildLayers(
      context,
      all.map((part) => part.copier),
    ),
  };
  for (const [key, value] of Object.entries(pieces)) if (value) catalog.set(PDFName.of(key), value);
  const { trailer } = lead.copier.source;
  const copied = trailer.info && !strip ? lead.copier.ref(trailer.info) : undefined;
  for (const { copier } of all) await copier.settle();
  let info = copied as PDFRef | undefined;
  for (const options of input.metadata) {
    if (!options.strip || says(options)) info = applyMetadata(draft, root, info, options, fixed.date);
  }
  const out = new Output(sink);
  out.push(header('1.7'));
  const id = identifier(fixed.id);
  const size = context.largestObjectNumber + 1;
  await writeObjects(out, draft.changes(), 'stream', { root, info, id: [id, id], size }, (done, total) =>
    report(copying + (1 - copying) * (done / total), 1),
  );
  return lossesOf(input, all);
}

/** The sources in the order of their first page; what is kept of them is known before anything is copied. */
function openParts(
  { document, sources, strip }: AssemblyInput,
  draft: Draft,
  targets: readonly PDFRef[],
): Map<number, Part> {
  const several = new Set(document.pages.map((page) => page.source)).size > 1;
  const twins = several ? new Twins() : undefined;
  const parts = new Map<number, Part>();
  for (const [index, { source, page }] of document.pages.entries()) {
    const target = targets[index]!;
    let part = parts.get(source);
    if (!part) {
      const copier = new Copier(sources[source]!, draft, strip, twins);
      const destinations = new Destinations(copier);
      const annotations = new Annotations(copier, draft, destinations);
      part = { index: source, copier, destinations, annotations, first: target };
      parts.set(source, part);
    }
    const { ref } = part.copier.source.pages[page]!;
    if (!part.copier.targets.has(ref)) part.copier.targets.set(ref, target);
  }
  const taken = new Set<string>();
  for (const part of parts.values()) part.destinations.rename(taken);
  for (const { source, page } of document.pages) {
    const part = parts.get(source)!;
    part.annotations.reserve(part.copier.source.pages[page]!);
  }
  return parts;
}

const contentsAside = ['Parent', 'Annots', 'B'].map((key) => PDFName.of(key));

async function copyPages(
  { document, patches }: AssemblyInput,
  draft: Draft,
  parts: ReadonlyMap<number, Part>,
  targets: readonly PDFRef[],
  catalog: PDFDict,
  report: (share: number) => void,
): Promise<void> {
  const { context } = draft;
  const overlay = new Overlay(draft);
  const tree = context.nextRef();
  const kids = PDFArray.withContext(context);
  for (const [index, { source, page }] of document.pages.entries()) {
    const { copier, annotations } = parts.get(source)!;
    const original = copier.source.pages[page]!;
    const target = targets[index]!;
    const copy = copier.dict(original.node, ...contentsAside);
    copy.set(PDFName.Type, PDFName.Page);
    copy.set(PDFName.Parent, tree);
    for (const [key, value] of original.inherited) copy.set(key, copier.value(value));
    const annots = annotations.copy(original, target, copier.targets.get(original.ref) !== target);
    if (annots) copy.set(PDFName.Annots, annots);
    // A patch edits the resources where they are: they must be there.
    await copier.settle();
    overlay.apply(copy, patches[index] ?? {});
    context.assign(target, copy);
    kids.push(target);
    if (index % 100 !== 99) continue;
    report(index / document.pages.length);
    await setImmediate();
  }
  const pages = PDFDict.withContext(context);
  pages.set(PDFName.Type, PDFName.of('Pages'));
  pages.set(PDFName.of('Kids'), kids);
  pages.set(PDFName.of('Count'), PDFNumber.of(kids.size()));
  context.assign(tree, pages);
  catalog.set(PDFName.of('Pages'), tree);
}

/** Each source's bookmarks, after a merge that wishes so under one with the file's name. */
function bookmarksOf(
  { document, names }: AssemblyInput,
  { context }: Draft,
  parts: readonly Part[],
): Bookmark[] {
  return parts.flatMap(({ index, copier, destinations, first }) => {
    const children = copyOutline(copier, destinations);
    if (!document.bookmarkPerSource || parts.length === 1) return children;
    const entries = PDFDict.withContext(context);
    entries.set(PDFName.Title, textString((names[index] ?? '').replace(/\.pdf$/i, '')));
    entries.set(PDFName.of('Dest'), context.obj([first, 'Fit']));
    return [{ entries, open: false, children }];
  });
}

function lossesOf({ names, document }: AssemblyInput, parts: readonly Part[]): string[] {
  return parts.flatMap(({ index, copier, annotations }) => {
    const { catalog, facts } = copier.source;
    const losses: string[] = [];
    if (facts.tagged) losses.push('The tags for screen readers could not be kept.');
    if (dictAt(catalog, 'AcroForm')?.has(PDFName.of('XFA'))) {
      losses.push('The XFA form could not be kept; its plain fields were.');
    }
    if (catalog.has(PDFName.of('Collection')))
      losses.push('The portfolio is now a document with attachments.');
    if (annotations.lostLinks > 0) {
      losses.push(`Links to pages that are not in ${document.name} were left out: ${annotations.lostLinks}.`);
    }
    return losses.map((loss) => (parts.length > 1 ? `${names[index]}: ${loss}` : loss));
  });
}
