import { PDFName, PDFStream } from 'pdf-lib';
import type { PDFObject, PDFDict } from 'pdf-lib';
import { nameAt } from '../source/objects.ts';

/**
 * A dictionary without the metadata that `strip` removes: XMP packets wherever they hang, and private data. Looks at
 * holder and value, because a resource may be called `Metadata` as well.
 */
export function withoutMetadata(dict: PDFDict, resolve: (value: PDFObject | undefined) => unknown): PDFDict {
  const packet = resolve(dict.get(metadata));
  const isPacket = packet instanceof PDFStream && nameAt(packet.dict, 'Type') === 'Metadata';
  return withoutPrivateData(isPacket ? without(dict, [metadata]) : dict);
}

/** A dictionary without thumbnail, and without what programs have left for themselves. */
export function withoutPrivateData(dict: PDFDict): PDFDict {
  const type = nameAt(dict, 'Type') ?? '';
  if (type === 'Page') return without(dict, [thumb, pieceInfo, lastModified]);
  if (type === 'Catalog' || nameAt(dict, 'Subtype') === 'Form')
    return without(dict, [pieceInfo, lastModified]);
  return dict;
}

function without(dict: PDFDict, keys: readonly PDFName[]): PDFDict {
  if (!keys.some((key) => dict.has(key))) return dict;
  const kept = dict.clone();
  for (const key of keys) kept.delete(key);
  return kept;
}

const metadata = PDFName.of('Metadata');
const thumb = PDFName.of('Thumb');
const pieceInfo = PDFName.of('PieceInfo');
const lastModified = PDFName.of('LastModified');
