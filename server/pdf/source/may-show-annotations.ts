import { constants, inflateSync } from 'node:zlib';
import { startOfStream } from './stream-bounds.ts';

/** Of one object stream; the prescan lets no larger ones pass. */
const maxInflated = 64 * 2 ** 20;

/**
 * Whether a document may have annotations that show something, links aside: a look at its bytes, at a small part of the
 * time that parsing takes. It errs on the side of yes.
 */
export function mayShowAnnotations(bytes: Buffer): boolean {
  if (bytes.includes('/Encrypt') || mentions(bytes)) return true;
  for (let at = bytes.indexOf('/ObjStm'); at >= 0;) {
    const start = startOfStream(bytes, bytes.indexOf('stream', at));
    const objects = start === undefined ? undefined : inflate(bytes.subarray(start));
    if (!objects || mentions(objects)) return true;
    at = bytes.indexOf('/ObjStm', start);
  }
  return false;
}

/** What viewers draw by themselves, or an appearance. */
function mentions(bytes: Buffer): boolean {
  if (bytes.includes('/Widget') || bytes.includes('/FreeText')) return true;
  for (let at = bytes.indexOf('/AP'); at >= 0; at = bytes.indexOf('/AP', at + 1))
    if (/^\s*(?:<<|\d+\s+\d+\s+R)/.test(bytes.toString('latin1', at + 3, at + 40))) return true;
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
