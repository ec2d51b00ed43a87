import { PDFArray, PDFDict, PDFName, PDFRawStream, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { EditedDocument } from '../model/edited.ts';
import { dictAt, isText, nameAt, streamAt } from '../source/objects.ts';
import { Findings, notesOf, warningsOf } from './strip-findings.ts';
import { reachable } from './reachable.ts';
import { withoutPictureMetadata } from './strip-picture.ts';

/** Takes out of a document all that tells who made it, when and with what, wherever it hangs. */
export function strip(document: EditedDocument): void {
  const { draft, root } = document;
  draft.edit(root).delete(metadata);
  const found = new Findings();
  for (const [ref, object] of reachable([root], (at) => draft.resolve(at))) {
    const stripped = stripObject(object, found);
    if (stripped !== object) draft.context.assign(ref, stripped);
  }
  document.info = undefined;
  document.id[0] = document.id[1];
  document.anew = true;
  // The claim to be PDF/A went with the packet.
  document.objectStreams = true;
  document.notes.push(...notesOf(found));
  document.warnings.push(...warningsOf(found));
}

/** An object with all that is directly in it; itself where there is nothing to remove. */
function stripObject(object: PDFObject, found: Findings): PDFObject {
  if (object instanceof PDFStream) {
    const stream = stripPicture(object, found);
    const dict = stripDeep(stream.dict, found);
    return dict === stream.dict ? stream : PDFRawStream.of(dict, stream.getContents());
  }
  if (object instanceof PDFDict) return stripDeep(object, found);
  if (!(object instanceof PDFArray)) return object;
  const items = object.asArray();
  const stripped = items.map((item) => stripObject(item, found));
  if (stripped.every((item, index) => item === items[index])) return object;
  const copy = object.clone();
  for (const [index, item] of stripped.entries()) copy.set(index, item);
  return copy;
}

/** A stream without the metadata of the picture file that it may be; its dictionary stays. */
function stripPicture(stream: PDFStream, found: Findings): PDFStream {
  const cleaned = withoutPictureMetadata(stream);
  if (!cleaned) found.unreadable.add(stream);
  else if (cleaned !== stream) found.pictures.add(stream);
  return cleaned ?? stream;
}

/** A dictionary without its own; what is in it stays. */
function stripDict(dict: PDFDict, found: Findings): PDFDict {
  const gone = telling.filter((key) => isText(dict.lookup(key)));
  if (nameAt(streamAt(dict, 'Metadata')?.dict, 'Type') === 'Metadata') gone.push(metadata);
  if (nameAt(dict, 'Type') === 'Catalog') gone.push(...ofCatalog);
  if (dict.has(signatureFlags)) gone.push(signatureFlags);
  if (dictAt(dict, 'V')?.has(byteRange)) {
    gone.push(value);
    found.signatures.add(dict);
  }
  if (dict.has(rect) && dict.has(PDFName.of('Subtype'))) gone.push(...tellingOf(dict, found));
  return without(withoutPrivateData(dict), gone);
}

/** Names and dates of an annotation. The titles of some kinds are no person's name: they are called by them. */
function tellingOf(dict: PDFDict, found: Findings): PDFName[] {
  const isTitled = titled.has(nameAt(dict, 'Subtype') ?? '');
  const signed = isTitled ? [] : [title, uniqueName].filter((key) => dict.has(key));
  if (signed.length > 0) found.comments.add(dict);
  return [...signed, modified];
}

function stripDeep(dict: PDFDict, found: Findings): PDFDict {
  const own = stripDict(dict, found);
  let copy = own;
  for (const [key, item] of own.entries()) {
    const stripped = stripObject(item, found);
    if (stripped === item) continue;
    if (copy === own && own === dict) copy = dict.clone();
    copy.set(key, stripped);
  }
  return copy;
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
/** Under these, dictionaries of all kinds (layers, attached files, articles, Info) have text about their origin. */
const telling = ['Author', 'Creator', 'Producer', 'CreationDate', 'ModDate', 'LastModified'].map((key) =>
  PDFName.of(key),
);
/** Where pages were captured from; what proves the signatures, which are void once the file is written anew. */
const ofCatalog = ['SpiderInfo', 'Perms', 'DSS'].map((key) => PDFName.of(key));
const signatureFlags = PDFName.of('SigFlags');
const byteRange = PDFName.of('ByteRange');
const value = PDFName.of('V');
const rect = PDFName.of('Rect');
const title = PDFName.of('T');
const uniqueName = PDFName.of('NM');
const modified = PDFName.of('M');
/** Subtypes of annotations: of a widget it is the field's name. */
const titled = new Set(['Widget', 'Screen', 'Movie']);
