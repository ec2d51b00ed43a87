import { PDFContext, PDFDict, PDFName, PDFNumber } from 'pdf-lib';
import { headerBefore } from './object-header.ts';
import type { ObjectHeader } from './object-header.ts';
import { nameAt } from './objects.ts';
import { endsDict, startOfStream, statedEnd } from './stream-bounds.ts';
import { isSpace } from './syntax.ts';
import type { Xref } from './xref.ts';
import { parseAt } from './xref-section.ts';

const longestTrailer = 64 * 1024;

/**
 * A cross-reference for a file whose own is missing or wrong, from what stands in it: of several copies of an object
 * the last one counts, and of the entries of several trailers. The data of streams is passed over.
 */
export function recoverXref(bytes: Buffer): Xref {
  const offsets = new Map<number, number>();
  const streams = new Set<number>();
  const trailer = PDFDict.withContext(PDFContext.create());
  const next = finder(bytes, ['obj', 'stream', 'trailer']);
  /** Of the object that begins before, and has no stream yet. */
  let header: ObjectHeader | undefined;
  /** Within a stream that does not say where it ends. */
  let isOpen = false;
  for (let found = next(0); found;) {
    const { word, at } = found;
    let end = at + word.length;
    if (bytes.toString('latin1', Math.max(0, at - 3), at) === 'end') {
      isOpen = false;
      header = undefined;
    } else if (isOpen) {
      // It is data.
    } else if (word === 'trailer') {
      addTrailer(trailer, parseAt(bytes, end, Math.min(bytes.length, end + longestTrailer)));
    } else if (word === 'obj') {
      const begun = headerBefore(bytes, at);
      if (begun && isAlone(bytes, begun.start)) {
        header = begun;
        offsets.set(begun.id, begun.start);
        streams.delete(begun.id);
      }
    } else if (header && endsDict(bytes, at)) {
      const dict = parseAt(bytes, header.end, at);
      if (dict instanceof PDFDict) {
        const type = nameAt(dict, 'Type');
        if (type === 'ObjStm') streams.add(header.id);
        if (type === 'XRef') addTrailer(trailer, dict);
        const length = dict.get(PDFName.Length);
        const start = startOfStream(bytes, at)!;
        const stated =
          length instanceof PDFNumber ? statedEnd(bytes, start, length.asNumber(), bytes.length) : undefined;
        isOpen = stated === undefined;
        end = stated ?? end;
      }
      header = undefined;
    }
    found = next(end);
  }
  return {
    kind: 'table',
    start: 0,
    size: 0,
    trailer,
    offsets,
    streams,
    holds: (stream, id) => (offsets.get(id) ?? -1) < offsets.get(stream)!,
    isExact: false,
  };
}

/** Where one of the words stands next; asked from further on each time, it goes over the bytes once for each word. */
function finder(
  bytes: Buffer,
  words: readonly string[],
): (from: number) => { word: string; at: number } | undefined {
  const places = words.map((word) => ({ word, at: bytes.indexOf(word) }));
  return (from) => {
    let first: { word: string; at: number } | undefined;
    for (const place of places) {
      if (place.at >= 0 && place.at < from) place.at = bytes.indexOf(place.word, from);
      if (place.at >= 0 && (!first || place.at < first.at)) first = place;
    }
    return first && { ...first };
  };
}

/** Later entries take the place of earlier ones; that of an update may leave some out. */
function addTrailer(trailer: PDFDict, more: unknown): void {
  if (!(more instanceof PDFDict)) return;
  for (const key of trailerKeys) {
    const value = more.get(key);
    if (value) trailer.set(key, value);
  }
}

const trailerKeys = ['Root', 'Info', 'ID', 'Encrypt'].map((key) => PDFName.of(key));

/** Whether nothing stands before it in its line but the end of another object: text may also speak of `1 0 obj`. */
function isAlone(bytes: Buffer, start: number): boolean {
  let at = start;
  while (bytes[at - 1] === 0x20 || bytes[at - 1] === 0x09) at -= 1;
  const isLineStart = at === 0 || isSpace(bytes[at - 1]);
  return isLineStart || bytes.toString('latin1', Math.max(0, at - 6), at) === 'endobj';
}
