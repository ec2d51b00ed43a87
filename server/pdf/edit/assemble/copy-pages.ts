import { setImmediate } from 'node:timers/promises';
import { PDFArray, PDFDict, PDFName, PDFNumber, PDFStream } from 'pdf-lib';
import type { PDFObject, PDFRef } from 'pdf-lib';
import type { SourcePage } from '../../source/page-tree.ts';
import { viewOf } from '../../source/page-view.ts';
import type { Overlay } from '../overlay.ts';
import type { Copier } from './copier.ts';
import type { Part } from './parts.ts';
import type { Box, PagePatch, PageView } from '../../model/page.ts';
import type { VirtualPage } from '../../model/document.ts';
import type { Draft } from '../../model/edited.ts';

/**
 * Copies the pages with what hangs on them.
 * @param targets where each page goes
 * @param patches what is to be done to each, by the overlay
 * @returns the page tree
 */
export async function copyPages(
  pages: readonly VirtualPage[],
  targets: readonly PDFRef[],
  patches: readonly PagePatch[],
  parts: ReadonlyMap<number, Part>,
  draft: Draft,
  overlay: Overlay,
  report: (share: number) => void,
): Promise<PDFRef> {
  const { context } = draft;
  const tree = context.nextRef();
  const kids = PDFArray.withContext(context);
  for (const [index, leaf] of pages.entries()) {
    const { source, page, blank } = leaf;
    const { copier, annotations } = parts.get(source)!;
    const original = copier.source.pages[page]!;
    const target = targets[index]!;
    const copy = blank ? blankPage(viewOf(copier.source, leaf), draft) : copyPage(copier, original);
    copy.set(PDFName.Type, PDFName.Page);
    copy.set(PDFName.Parent, tree);
    const again = copier.targets.get(original.ref) !== target;
    const annots = blank ? undefined : annotations.copy(original, target, again);
    if (annots) copy.set(PDFName.Annots, annots);
    // A structure element has its content in one place.
    if (again) copy.delete(structParents);
    // A patch edits the resources where they are: they must be there.
    await copier.settle();
    overlay.apply(copy, patches[index] ?? {});
    context.assign(target, copy);
    kids.push(target);
    if (index % 100 !== 99) continue;
    report(index / pages.length);
    await setImmediate();
  }
  const root = PDFDict.withContext(context);
  root.set(PDFName.Type, PDFName.of('Pages'));
  root.set(PDFName.of('Kids'), kids);
  root.set(PDFName.of('Count'), PDFNumber.of(kids.size()));
  context.assign(tree, root);
  return tree;
}

const structParents = PDFName.of('StructParents');
/** Beads of article threads go with their threads. */
const copiedElsewhere = ['Parent', 'Annots', 'B', 'Resources', 'Contents'].map((key) => PDFName.of(key));

function copyPage(copier: Copier, page: SourcePage): PDFDict {
  const copy = copier.dict(page.node, ...copiedElsewhere);
  const contents = streamsOf(page.node.get(PDFName.Contents), copier);
  if (contents) copy.set(PDFName.Contents, copier.value(contents));
  for (const [key, value] of page.inherited)
    if (key !== PDFName.Resources) copy.set(key, copier.value(value));
  const resources = copier.resources(page);
  if (resources) copy.set(PDFName.Resources, resources);
  return copy;
}

/** A page's content without what is none, which damaged files name as well. */
function streamsOf(value: PDFObject | undefined, { source: { context } }: Copier): PDFObject | undefined {
  const contents = context.lookup(value);
  if (!(contents instanceof PDFArray)) return contents instanceof PDFStream ? value : undefined;
  const streams = contents.asArray().filter((part) => context.lookup(part) instanceof PDFStream);
  return streams.length < contents.size() ? context.obj(streams) : value;
}

/** A page with nothing on it that looks like this. */
function blankPage({ box, sheet, rotate, unit }: PageView, { context }: Draft): PDFDict {
  const inUnits = (points: Box): number[] => points.map((side) => side / unit);
  return context.obj({
    MediaBox: inUnits(sheet),
    CropBox: inUnits(box),
    Rotate: rotate,
    ...(unit === 1 ? {} : { UserUnit: unit }),
    Resources: {},
  });
}
