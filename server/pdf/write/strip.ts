import { PDFName, PDFStream } from 'pdf-lib';
import type { PDFObject, PDFDict } from 'pdf-lib';
import { nameAt } from '../read/objects.ts';

/**
 * A dictionary without the metadata that `strip` removes: XMP packets wherever they hang, thumbnails, and the private
 * data of programs. Looks at holder and value, because a resource may be called `Thumb` or `Metadata` as well.
 */
export function withoutMetadata(dict: PDFDict, resolve: (value: PDFObject | undefined) => unknown): PDFDict {
  const type = nameAt(dict, 'Type') ?? '';
  const gone: PDFName[] = [];
  const packet = resolve(dict.get(metadata));
  if (packet instanceof PDFStream && nameAt(packet.dict, 'Type') === 'Metadata') gone.push(metadata);
  if (type === 'Page') gone.push(thumb);
  if (type === 'Page' || type === 'Catalog' || nameAt(dict, 'Subtype') === 'Form')
    gone.push(pieceInfo, lastModified);
  if (!gone.some((key) => dict.has(key))) return dict;
  const kept = dict.clone();
  for (const key of gone) kept.delete(key);
  return kept;
}

const metadata = PDFName.of('Metadata');
const thumb = PDFName.of('Thumb');
const pieceInfo = PDFName.of('PieceInfo');
const lastModified = PDFName.of('LastModified');
