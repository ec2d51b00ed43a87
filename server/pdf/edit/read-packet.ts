import { inflateSync } from 'node:zlib';
import { PDFName, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { nameAt } from '../source/objects.ts';

const maxPacket = 16 << 20;

/** An XMP packet as text; undefined where there is none, or none that can be read. */
export function readPacket(stream: PDFObject | undefined): string | undefined {
  if (!(stream instanceof PDFStream)) return undefined;
  const filter = nameAt(stream.dict, 'Filter');
  const bytes = stream.getContents();
  try {
    if (filter === 'FlateDecode') return inflateSync(bytes, { maxOutputLength: maxPacket }).toString('utf8');
    return stream.dict.has(PDFName.of('Filter')) ? undefined : Buffer.from(bytes).toString('utf8');
  } catch {
    return undefined;
  }
}
