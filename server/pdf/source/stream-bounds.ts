import { isSpace } from './syntax.ts';

/** Where a stream's data begins, if the keyword `stream` stands at `at`. */
export function startOfStream(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] !== 0x73 || bytes.toString('latin1', at, at + 6) !== 'stream') return undefined;
  let start = at + 6;
  if (bytes[start] === 0x20) start += 1;
  if (bytes[start] === 0x0d) start += 1;
  return bytes[start] === 0x0a ? start + 1 : start;
}

/** Whether a dictionary ends before `at`: the keyword `stream` there begins data. */
export function endsDict(bytes: Buffer, at: number): boolean {
  while (isSpace(bytes[at - 1])) at -= 1;
  return bytes[at - 1] === 0x3e && bytes[at - 2] === 0x3e;
}

export interface StreamEnd {
  dataEnd: number;
  /** After `endstream`. */
  end: number;
  /** It is where the stream's length says. */
  isStated: boolean;
}

/**
 * Where a stream's data ends: after `length` bytes if `endstream` follows there, else before the next one, else before
 * `endobj`. Searched natively: real files have streams of hundreds of megabytes.
 * @param limit the end of the object's bytes
 */
export function endOfStream(
  bytes: Buffer,
  start: number,
  length: number | undefined,
  limit: number,
): StreamEnd {
  const stated = length === undefined ? undefined : statedEnd(bytes, start, length, limit);
  if (stated !== undefined) return { dataEnd: start + length!, end: stated, isStated: true };
  const within = bytes.subarray(start, limit);
  const found = within.indexOf('endstream');
  if (found >= 0)
    return { dataEnd: beforeLineEnd(bytes, start, start + found), end: start + found + 9, isStated: false };
  const closed = within.indexOf('endobj');
  const end = closed < 0 ? limit : start + closed;
  return { dataEnd: beforeLineEnd(bytes, start, end), end, isStated: false };
}

/** Between the data and `endstream`. */
const mostSpace = 64;

/** After `endstream`, if that is what follows so many bytes of data. */
export function statedEnd(bytes: Buffer, start: number, length: number, limit: number): number | undefined {
  let at = start + length;
  if (!Number.isSafeInteger(at) || length < 0 || at >= limit) return undefined;
  // Not however far: many streams could point into the same run of spaces.
  for (const most = at + mostSpace; at < Math.min(limit, most) && isSpace(bytes[at]);) at += 1;
  return bytes.toString('latin1', at, at + 9) === 'endstream' ? at + 9 : undefined;
}

/** The line end before `endstream` is no part of the data. */
function beforeLineEnd(bytes: Buffer, start: number, end: number): number {
  if (bytes[end - 1] === 0x0a) return Math.max(start, bytes[end - 2] === 0x0d ? end - 2 : end - 1);
  return Math.max(start, bytes[end - 1] === 0x0d ? end - 1 : end);
}
