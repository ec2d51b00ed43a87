import { PDFArray, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { filtersOf, isPredicted, unpack } from '../filters.ts';

/** The streams that a page's `Contents` is made of, to be read as one; what is missing is empty. */
export function contentStreams(
  contents: PDFObject | undefined,
  resolve: (value: PDFObject | undefined) => PDFObject | undefined,
): PDFStream[] {
  const value = resolve(contents);
  const parts = value instanceof PDFArray ? value.asArray().map((part) => resolve(part)) : [value];
  return parts.filter((part) => part instanceof PDFStream);
}

/** Of a page, in bytes; honest content is smaller by far, and a slot's memory is no larger for it. */
const longest = 32 * 2 ** 20;

/**
 * The content in some streams, with white space between (ISO 32000-1, 7.7.3.3). Undefined where one is damaged,
 * encrypted by itself or packed in a way that no content is, or where all come to more than so many bytes.
 */
export function unpackContent(streams: readonly PDFStream[], mostBytes = longest): Buffer | undefined {
  const parts: Uint8Array[] = [];
  let left = mostBytes;
  for (const stream of streams) {
    const part = left > 0 ? unpackStream(stream, left) : undefined;
    if (!part || part.length > left) return undefined;
    left -= part.length;
    parts.push(part, lineFeed);
  }
  const [only] = parts;
  return streams.length === 1
    ? Buffer.from(only!.buffer, only!.byteOffset, only!.byteLength)
    : Buffer.concat(parts);
}

function unpackStream(stream: PDFStream, mostBytes: number): Uint8Array | undefined {
  const filters = filtersOf(stream.dict);
  if (filters?.firm.length !== 0 || filters.loose.some(isPredicted)) return undefined;
  const data = stream.getContents();
  return data.length === 0 ? data : unpack(data, filters.loose, mostBytes);
}

const lineFeed = Buffer.of(0x0a);
