import { constants, inflateSync } from 'node:zlib';
import { PDFName } from 'pdf-lib';
import { endsDict, startOfStream } from './stream-bounds.ts';
import { readXref } from './xref.ts';

/** Of one object stream; the prescan lets no larger ones pass. */
const maxInflated = 64 * 2 ** 20;

/**
 * Whether a document's objects may say something: a look at all that is no stream's data, and into its object streams,
 * at a small part of the time that parsing takes. It errs on the side of yes.
 */
export function mentions(bytes: Buffer, says: (part: Buffer) => boolean): boolean {
  const xref = readXref(bytes);
  if (!xref || xref.trailer.has(PDFName.of('Encrypt'))) return true;
  if (outsideOfStreams(bytes, xref.offsets.values()).some(says)) return true;
  return xref.streams.values().some((id) => {
    const start = startOfStream(bytes, bytes.indexOf('stream', xref.offsets.get(id)));
    const objects = start === undefined ? undefined : inflate(bytes.subarray(start));
    return !objects || says(objects);
  });
}

/** From where each stream's data begins it goes on with the next object. */
function* outsideOfStreams(bytes: Buffer, offsets: Iterable<number>): Generator<Buffer> {
  const starts = [...offsets].toSorted((a, b) => a - b);
  let from = 0;
  let object = 0;
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 1)) {
    // A name or a text may have the word, too.
    if (!endsDict(bytes, at)) continue;
    yield bytes.subarray(from, at);
    while (object < starts.length && starts[object]! <= at) object += 1;
    from = at = starts[object] ?? bytes.length;
  }
  yield bytes.subarray(from);
}

/** Undefined where it is packed in another way, or damaged. */
function inflate(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: maxInflated, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}
