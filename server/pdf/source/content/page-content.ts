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
export function unpackContent(stream: PDFStream): Uint8Array | undefined {
  const filters = filtersOf(stream.dict);
  if (filters?.firm.length !== 0 || filters.loose.some(isPredicted)) return undefined;
  return unpack(stream.getContents(), filters.loose);
}
