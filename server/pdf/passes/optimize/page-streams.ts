import { PDFStream } from 'pdf-lib';
import type { PDFObject, PDFRef } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { reachable } from '../../edit/reachable.ts';
import { objectsOf } from './page-objects.ts';
import type { Placement, Placements } from './placements.ts';
import { rootsOf } from './tidy.ts';
import type { Draft } from '../../model/edited.ts';

/** A stream of a draft, as it was before anything is done to it. */
export interface Stream {
  draft: Draft;
  ref: PDFRef;
  stream: PDFStream;
  placement: Placement | undefined;
  isMask: boolean;
}

/**
 * The streams of a draft by page: an image belongs to the first one that draws it, all else to the first one that it
 * can be reached from, or to the first of all.
 */
export function streamsByPage(source: Source, draft: Draft, { placed, masks }: Placements): Stream[][] {
  const byPage: Stream[][] = source.pages.map(() => []);
  const seen = new Set<PDFRef>();
  const enter = (page: number, objects: ReadonlyMap<PDFRef, PDFObject>): void => {
    for (const [ref, stream] of objects) {
      seen.add(ref);
      if (!(stream instanceof PDFStream)) continue;
      const placement = placed.get(ref);
      byPage[placement?.page ?? page]!.push({ draft, ref, stream, placement, isMask: masks.has(ref) });
    }
  };
  for (const [page, { ref }] of source.pages.entries()) enter(page, objectsOf(ref, source, draft, seen));
  enter(
    0,
    reachable(rootsOf(source), (ref) => (seen.has(ref) ? undefined : draft.resolve(ref))),
  );
  return byPage;
}
