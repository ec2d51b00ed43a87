import { PDFArray, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { filtersOf, isPredicted, unpack } from '../filters.ts';

/**
 * The streams that a page's `Contents` is made of. They are read as one, with white space between (ISO 32000-1,
 * 7.7.3.3); what is missing is empty.
 */
export function contentStreams(
  contents: PDFObject | undefined,
  resolve: (value: PDFObject | undefined) => PDFObject | undefined,
): PDFStream[] {
  const value = resolve(contents);
  const parts = value instanceof PDFArray ? value.asArray().map((part) => resolve(part)) : [value];
  return parts.filter((part) => part instanceof PDFStream);
}

/** The operators in a stream. Undefined where it is damaged, encrypted by itself, or packed in a way that no content is. */
export function unpackContent(stream: PDFStream, most?: number): Uint8Array | undefined {
  const filters = filtersOf(stream.dict);
  if (filters?.firm.length !== 0 || filters.loose.some(isPredicted)) return undefined;
  return unpack(stream.getContents(), filters.loose, most);
}

/** In bytes; honest content is smaller by far, and a slot's memory is no larger for it. */
const longest = 32 * 2 ** 20;

/** All streams of a page as one. Undefined where one of them cannot be read, or they come to too much. */
export function joinContent(streams: readonly PDFStream[]): Buffer | undefined {
  const parts: Uint8Array[] = [];
  let room = longest;
  for (const stream of streams) {
    const part = room > 0 ? unpackContent(stream, room) : undefined;
    if (!part || part.length > room) return undefined;
    parts.push(part, lineFeed);
    room -= part.length;
  }
  const [only] = parts;
  return parts.length === 2
    ? Buffer.from(only!.buffer, only!.byteOffset, only!.byteLength)
    : Buffer.concat(parts);
}

const lineFeed = Buffer.of(0x0a);
