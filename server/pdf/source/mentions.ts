import { constants, inflateSync } from 'node:zlib';
import { startOfStream } from './stream-bounds.ts';

/** Of one object stream; the prescan lets no larger ones pass. */
const maxInflated = 64 * 2 ** 20;

/**
 * Whether a document's objects may say something: a look at its bytes and into its object streams, at a small part of
 * the time that parsing takes. It errs on the side of yes.
 */
export function mentions(bytes: Buffer, says: (part: Buffer) => boolean): boolean {
  if (bytes.includes('/Encrypt') || says(bytes)) return true;
  for (let at = bytes.indexOf('/ObjStm'); at >= 0;) {
    const start = startOfStream(bytes, bytes.indexOf('stream', at));
    const objects = start === undefined ? undefined : inflate(bytes.subarray(start));
    if (!objects || says(objects)) return true;
    at = bytes.indexOf('/ObjStm', start);
  }
  return false;
}

/** Undefined where it is packed in another way, or damaged. */
function inflate(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: maxInflated, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}
