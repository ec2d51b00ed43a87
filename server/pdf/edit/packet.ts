import { inflateSync } from 'node:zlib';
import { PDFName, PDFRawStream, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFDict, PDFObject } from 'pdf-lib';
import type { Draft } from '../model/edited.ts';
import { nameAt } from '../source/objects.ts';

const metadata = PDFName.of('Metadata');
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

/** Gives a document this packet in the place of the one that it had. */
export function setPacket({ context }: Draft, catalog: PDFDict, packet: string): void {
  // What an earlier step has written: nothing leads to it any more.
  const old = catalog.get(metadata);
  if (old instanceof PDFRef) context.delete(old);
  const head = context.obj({ Type: 'Metadata', Subtype: 'XML' });
  catalog.set(metadata, context.register(PDFRawStream.of(head, Buffer.from(packet))));
}
