import { count } from '../../../count.ts';
import { numberAt } from '../../source/objects.ts';
import { writeFull } from '../../write/full.ts';
import { untouched } from '../../edit/edit.ts';
import { keptOf } from '../../write/kept.ts';
import { endUsageRights } from '../../edit/usage-rights.ts';
import type { OutputSink } from '../../model/sink.ts';
import { changedStream } from './changed-stream.ts';
import type { Change } from './changes.ts';
import { isImage } from './image.ts';
import type { Stream } from './page-streams.ts';
import type { Work } from './work.ts';
import type { WrittenDocument } from '../../model/written.ts';

/** Writes a document as it has become, or as it was where that is no larger; whether it is smaller now. */
export async function writeSmaller(
  { result, source, draft, index, bytes: before, anew, pages, fixed }: Work,
  changes: ReadonlyMap<Stream, Change>,
  sink: OutputSink,
  report: (share: number) => void,
): Promise<{ document: WrittenDocument; isSmaller: boolean }> {
  const { facts } = source;
  const { name } = result;
  const streams = pages.flat();
  for (const item of streams) {
    const change = changes.get(item);
    if (change) draft.context.assign(item.ref, changedStream(item.stream, change));
  }
  const losses = endUsageRights(source, draft);
  const edited = untouched(source, fixed.id, draft);
  const bytes = await writeFull(edited, sink, (done, total) => report(done / Math.max(1, total)));
  const isSmaller = bytes < before;
  const isKept = !isSmaller && !anew && !facts.encrypted;
  if (isKept) await sink.copySource(index);
  await sink.end();
  const document: WrittenDocument = {
    ...result,
    mediaType: 'application/pdf',
    pages: pages.length,
    way: isKept ? 'append' : 'full',
    kept: keptOf(facts),
    losses: isKept ? [] : losses,
    warnings: isKept && !facts.clean ? [`${name} stays as it was, faults included.`] : [],
    notes: isSmaller ? [`${name}: ${size(before)} → ${size(bytes)}${recoding(streams, changes)}`] : [],
  };
  return { document, isSmaller };
}

function recoding(streams: readonly Stream[], changes: ReadonlyMap<Stream, Change>): string {
  const images = streams.filter(({ stream, isMask }) => isImage(stream) && !isMask);
  const recoded = images.filter((image) => {
    const change = changes.get(image);
    return (
      change &&
      (change.way === 'jpeg' ||
        (change.way === 'png' && change.width !== numberAt(image.stream.dict, 'Width')))
    );
  });
  return recoded.length === 0 ? '' : `; ${recoded.length} of ${count(images.length, 'image')} re-encoded`;
}

/** Three digits at most. */
function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1_000;
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
