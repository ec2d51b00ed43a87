import type { PDFDict } from 'pdf-lib';
import { numberAt } from './objects.ts';
import { headerAt } from './object-header.ts';
import { readSection } from './xref-section.ts';
import type { Section } from './xref-section.ts';

/** Which copy of each object counts, and where it is. */
export interface Xref {
  /** How the newest section is written; an appended one is written alike. */
  kind: 'table' | 'stream';
  /** Where the newest section begins: `Prev` of an appended one. */
  start: number;
  /** One above the highest object number. */
  size: number;
  /** The newest trailer dictionary. */
  trailer: PDFDict;
  /** Byte offset by object number, of the objects that stand by themselves. */
  offsets: ReadonlyMap<number, number>;
  /** The object streams. */
  streams: ReadonlySet<number>;
  /** Whether an object counts that the object stream holds. */
  holds(stream: number, id: number): boolean;
  /** Written to the letter of the spec: bytes may be appended. */
  isExact: boolean;
}

const maxEntries = 1_000_000;
const maxSections = 1_000;

/**
 * Follows the chain of cross-reference sections from the end of the file: the newest that has an entry for an object
 * says which copy counts, or that it was deleted (ISO 32000-1, 7.5.4, 7.5.8).
 * @returns undefined where the file has none, or what it says of some object is not true
 */
export function readXref(bytes: Buffer): Xref | undefined {
  try {
    const xref = readChain(bytes);
    return xref && isTrue(bytes, xref) ? xref : undefined;
  } catch {
    return undefined;
  }
}

function readChain(bytes: Buffer): (Xref & { generations: ReadonlyMap<number, number> }) | undefined {
  const keyword = bytes.lastIndexOf('startxref');
  const end =
    keyword < 0 ? undefined : /^startxref\s+(\d+)/.exec(bytes.toString('latin1', keyword, keyword + 64));
  if (!end) return undefined;
  const start = Number(end[1]);
  const offsets = new Map<number, number>();
  const generations = new Map<number, number>();
  const packed = new Map<number, number>();
  const known = new Set<number>();
  const seen = new Set<number>();
  let newest: Section | undefined;
  let isExact = /^startxref\s+\d+\s+%%EOF/.test(bytes.toString('latin1', keyword, keyword + 64));
  for (let at: number | undefined = start; at !== undefined;) {
    if (seen.has(at) || seen.size >= maxSections) return undefined;
    seen.add(at);
    const section = readSection(bytes, at, maxEntries);
    newest ??= section;
    isExact &&= section.isExact;
    for (const [id, type, place, last] of section.entries) {
      if (known.has(id)) continue;
      known.add(id);
      // An object that never was is written by some programs as one at 0.
      if (type === 1 && place > 0 && id > 0) {
        offsets.set(id, place);
        if (last > 0) generations.set(id, last);
      } else if (type === 2) packed.set(id, place);
    }
    if (known.size > maxEntries) return undefined;
    at = numberAt(section.trailer, 'Prev');
  }
  if (!newest) return undefined;
  return {
    kind: newest.kind,
    start,
    size: numberAt(newest.trailer, 'Size') ?? 0,
    trailer: newest.trailer,
    offsets,
    generations,
    streams: new Set(packed.values()),
    holds: (stream, id) => packed.get(id) === stream,
    isExact,
  };
}

/** Whether each object stands where the cross-reference says. */
function isTrue(bytes: Buffer, xref: Xref & { generations: ReadonlyMap<number, number> }): boolean {
  const { offsets, generations, streams } = xref;
  for (const [id, offset] of offsets) {
    const header = headerAt(bytes, offset);
    if (header?.id !== id || header.generation !== (generations.get(id) ?? 0)) return false;
    if (header.start !== offset) xref.isExact = false;
  }
  return streams.values().every((stream) => offsets.has(stream));
}
