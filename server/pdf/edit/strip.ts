import { PDFDict, PDFName, PDFRawStream, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { EditedDocument } from '../model/edited.ts';
import { nameAt } from '../source/objects.ts';
import { reachable } from './reachable.ts';

/** Removes what a document tells of itself, wherever it hangs: properties, XMP packets, thumbnails, private data. */
export function strip(document: EditedDocument): void {
  const { draft, root } = document;
  document.info = undefined;
  document.id[0] = document.id[1];
  // The claim to be PDF/A goes with the packet.
  document.objectStreams = true;
  draft.edit(root).delete(metadata);
  for (const [ref, object] of reachable([root], (at) => draft.resolve(at))) {
    const stripped = withoutMetadataIn(object, draft.resolve);
    if (stripped !== object) draft.context.assign(ref, stripped);
  }
}

function withoutMetadataIn(object: PDFObject, resolve: Resolve): PDFObject {
  if (object instanceof PDFDict) return withoutMetadata(object, resolve);
  if (!(object instanceof PDFStream)) return object;
  const dict = withoutMetadata(object.dict, resolve);
  return dict === object.dict ? object : PDFRawStream.of(dict, object.getContents());
}

type Resolve = (value: PDFObject | undefined) => PDFObject | undefined;

/**
 * A dictionary without the metadata that `strip` removes: XMP packets wherever they hang, and private data. Looks at
 * holder and value, because a resource may be called `Metadata` as well.
 */
function withoutMetadata(dict: PDFDict, resolve: Resolve): PDFDict {
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
