import type { SourceFacts } from '../read/facts.ts';
import { numberAt } from '../read/objects.ts';
import type { WrittenDocument } from '../write/document.ts';
import { writeFull } from '../write/full.ts';
import { identifier } from '../write/identifier.ts';
import { keptOf } from '../write/kept.ts';
import type { OutputSink } from '../write/sink.ts';
import { changedStream } from './changed-stream.ts';
import type { Change } from './changes.ts';
import { isImage } from './image.ts';
import type { Stream } from './streams.ts';
import type { Work } from './work.ts';

/** Writes a document as it has become, or as it was where that is no larger. */
export async function writeSmaller(
  { name, source, draft, index, anew, pages, fixed }: Work,
  changes: ReadonlyMap<Stream, Change>,
  sink: OutputSink,
  report: (share: number) => void,
): Promise<WrittenDocument> {
  const { trailer, facts } = source;
  const streams = pages.flat();
  for (const item of streams) {
    const change = changes.get(item);
    if (change) draft.context.assign(item.ref, changedStream(item.stream, change));
  }
  const own = identifier(fixed.id);
  const edited = { source, draft, info: trailer.info, id: [trailer.id ?? own, own] as const };
  const bytes = await writeFull(edited, false, sink, (done, total) => report(done / Math.max(1, total)));
  const isKept = bytes >= facts.bytes && !anew && !facts.encrypted;
  if (isKept) await sink.copySource(index);
  await sink.end();
  return {
    name,
    mediaType: 'application/pdf',
    pages: pages.length,
    way: isKept ? 'append' : 'full',
    kept: keptOf(facts),
    warnings: [],
    notes: [isKept ? unchanged(name, facts) : saving(name, facts, bytes) + recoding(streams, changes)],
  };
}

function unchanged(name: string, { bytes, clean }: SourceFacts): string {
  return `${name}: ${size(bytes)}, and cannot be made smaller. It stays as it was${clean ? '' : ', faults included'}.`;
}

function saving(name: string, { bytes }: SourceFacts, now: number): string {
  return `${name}: ${size(bytes)} → ${size(now)}`;
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
  return recoded.length === 0 ? '' : `; ${recoded.length} of ${images.length} images re-encoded`;
}

/** Three digits at most. */
function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1_000;
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
