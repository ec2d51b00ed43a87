import { PDFArray, PDFDict, PDFRawStream, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFContext, PDFObject } from 'pdf-lib';
import { Twins } from '../../edit/assemble/twins.ts';
import type { Source } from '../../source/load.ts';
import { reachable } from '../../edit/reachable.ts';
import { withoutPrivateData } from '../../edit/strip.ts';
import { openDraft } from '../../edit/draft.ts';
import type { Draft } from '../../model/edited.ts';

/** A draft of a source without thumbnails and private data, in which equal streams and fonts are one. */
export function tidy(source: Source): Draft {
  const { context } = source;
  const objects = reachable(rootsOf(source), (ref) => {
    const object = context.lookup(ref);
    return object && withoutPrivate(object);
  });
  const twins = findTwins(source, objects);
  const draft = openDraft(context, source.xref?.size);
  for (const [ref, object] of objects) {
    if (twins.has(ref)) continue;
    const mapped = twins.size > 0 ? mapRefs(object, twins, context) : object;
    if (mapped !== context.lookup(ref)) draft.context.assign(ref, mapped);
  }
  return draft;
}

/** Where a document begins. */
export function rootsOf({ trailer: { root, info } }: Source): PDFRef[] {
  return info ? [root, info] : [root];
}

function withoutPrivate(object: PDFObject): PDFObject {
  if (object instanceof PDFDict) return withoutPrivateData(object);
  return object instanceof PDFStream ? withDict(object, withoutPrivateData(object.dict)) : object;
}

/** By reference, what stands for it. */
function findTwins(source: Source, objects: ReadonlyMap<PDFRef, PDFObject>): Map<PDFRef, PDFRef> {
  const twins = new Twins([source]);
  const found = new Map<PDFRef, PDFRef>();
  for (const [ref, object] of objects) {
    const twin = twins.find(source, ref, object);
    if (twin) found.set(ref, twin);
    else twins.enter(source, ref, ref);
  }
  return found;
}

/** A value with other references; itself where it has none of them. */
function mapRefs(value: PDFObject, to: ReadonlyMap<PDFRef, PDFRef>, context: PDFContext): PDFObject {
  if (value instanceof PDFRef) return to.get(value) ?? value;
  if (value instanceof PDFStream) return withDict(value, mapRefs(value.dict, to, context) as PDFDict);
  if (value instanceof PDFDict) {
    let copy = value;
    for (const [key, item] of value.entries()) {
      const mapped = mapRefs(item, to, context);
      if (mapped === item) continue;
      if (copy === value) copy = value.clone();
      copy.set(key, mapped);
    }
    return copy;
  }
  if (!(value instanceof PDFArray)) return value;
  const items = value.asArray();
  const mapped = items.map((item) => mapRefs(item, to, context));
  if (mapped.every((item, index) => item === items[index])) return value;
  const copy = PDFArray.withContext(context);
  for (const item of mapped) copy.push(item);
  return copy;
}

function withDict(stream: PDFStream, dict: PDFDict): PDFStream {
  return dict === stream.dict ? stream : PDFRawStream.of(dict, stream.getContents());
}
