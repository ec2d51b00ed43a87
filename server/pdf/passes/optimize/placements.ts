import { PDFName, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { asDict, nameAt } from '../../source/objects.ts';
import { reachable } from '../../edit/reachable.ts';
import { Drawings } from './drawings.ts';
import { isImage } from './image.ts';
import { objectsOf } from './page-objects.ts';
import { rootsOf } from './tidy.ts';
import type { Draft } from '../../model/edited.ts';

/** Where a document draws an image. */
export interface Placement {
  /** The first page that does, zero-based; undefined where nobody knows. */
  page: number | undefined;
  /** The largest that it is drawn, in points; Infinity where nobody knows. */
  width: number;
  height: number;
}

export interface Placements {
  /** By image or mask; none for what no page draws. */
  placed: ReadonlyMap<PDFRef, Placement>;
  /** Images that are masks of others. */
  masks: ReadonlySet<PDFRef>;
}

export const nowhere: Placements = { placed: new Map(), masks: new Set() };

const unknown: Placement = { page: undefined, width: Infinity, height: Infinity };
const maskKeys = ['SMask', 'Mask'].map((key) => PDFName.of(key));

/** Where the pages of a draft draw its images. */
export function placeImages(source: Source, draft: Draft): Placements {
  const objects = reachable(rootsOf(source), (ref) => draft.resolve(ref));
  const images = new Map<PDFRef, PDFStream>();
  for (const [ref, object] of objects)
    if (object instanceof PDFStream && isImage(object)) images.set(ref, object);
  if (images.size === 0) return nowhere;
  const placed = new Map<PDFRef, Placement>();
  const place = (ref: PDFRef, { page, width, height }: Placement): void => {
    const known = placed.get(ref);
    placed.set(ref, {
      page: known?.page ?? page,
      width: Math.max(known?.width ?? 0, width),
      height: Math.max(known?.height ?? 0, height),
    });
  };

  const drawings = new Drawings(draft);
  for (const [page, { ref }] of source.pages.entries()) {
    const drawn = drawings.of(ref);
    for (const { image, width, height } of drawn ?? []) place(image, { page, width, height });
    if (drawn) continue;
    for (const at of objectsOf(ref, source, draft).keys()) if (images.has(at)) place(at, unknown);
  }
  // Patterns, glyphs, annotations and whatever else has resources draws images as well.
  const others = [...objects.values()].filter((object) => isOther(object, drawings.followed));
  const inOthers = reachable(others, (ref) => (source.pageNumbers.has(ref) ? undefined : draft.resolve(ref)));
  for (const ref of inOthers.keys()) if (images.has(ref)) place(ref, unknown);
  return { placed, masks: placeMasks(images, placed, place) };
}

/** A mask is drawn wherever its image is. */
function placeMasks(
  images: ReadonlyMap<PDFRef, PDFStream>,
  placed: ReadonlyMap<PDFRef, Placement>,
  place: (ref: PDFRef, placement: Placement) => void,
): Set<PDFRef> {
  const masks = new Set<PDFRef>();
  for (const [ref, { dict }] of images) {
    const placement = placed.get(ref);
    for (const mask of maskKeys.map((key) => dict.get(key))) {
      if (!(mask instanceof PDFRef)) continue;
      masks.add(mask);
      if (placement) place(mask, placement);
    }
  }
  return masks;
}

function isOther(object: PDFObject, followed: ReadonlySet<PDFObject>): boolean {
  const dict = object instanceof PDFStream ? object.dict : asDict(object);
  if (!dict || followed.has(object) || /^Pages?$/.test(nameAt(dict, 'Type') ?? '')) return false;
  return dict.has(PDFName.Resources) || dict.has(PDFName.of('DR'));
}
