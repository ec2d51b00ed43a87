import { createHash } from 'node:crypto';
import { PDFArray, PDFDict, PDFName, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { nameAt } from '../../source/objects.ts';

const maxDepth = 12;

/**
 * Finds streams and fonts that are equal, down to all they refer to: ten copies of a document, or ten documents with
 * one logo, cost one. Whatever has a place or a state of its own (pages, layers, tagged content) has no twin.
 */
export class Twins {
  readonly #lengths: readonly ReadonlyMap<number, number>[];
  readonly #targets = new Map<string, PDFRef>();
  readonly #digests = new Map<Source, Map<PDFRef, string | undefined>>();

  constructor(sources: Iterable<Source>) {
    this.#lengths = [...sources].map(lengthsOf);
  }

  /** The target of an object that equals this one, if there is one. */
  find(source: Source, ref: PDFRef, object: PDFObject): PDFRef | undefined {
    if (!isShareable(object)) return undefined;
    const digest = this.#digest(source, ref, 0);
    return digest === undefined ? undefined : this.#targets.get(digest);
  }

  /** Remembers where an object went. */
  enter(source: Source, ref: PDFRef, target: PDFRef): void {
    const digest = this.#digests.get(source)?.get(ref);
    if (digest !== undefined && !this.#targets.has(digest)) this.#targets.set(digest, target);
  }

  /** Streams of a length of their own need not be looked into. */
  #isCommon(length: number): boolean {
    let streams = 0;
    for (const lengths of this.#lengths) streams += lengths.get(length) ?? 0;
    return streams > 1;
  }

  /** Undefined for what cannot be shared, for cycles, and for what lies too deep. */
  #digest(source: Source, ref: PDFRef, depth: number): string | undefined {
    const known = this.#digests.get(source) ?? new Map<PDFRef, string | undefined>();
    this.#digests.set(source, known);
    if (known.has(ref) || depth > maxDepth) return known.get(ref);
    known.set(ref, undefined);
    const object = source.context.lookup(ref);
    const parts: (string | Uint8Array)[] = [];
    if (!object || !this.#describe(source, object, depth + 1, parts)) return undefined;
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    const digest = hash.digest('base64');
    known.set(ref, digest);
    return digest;
  }

  #describe(source: Source, value: PDFObject, depth: number, parts: (string | Uint8Array)[]): boolean {
    if (value instanceof PDFRef) {
      const digest = this.#digest(source, value, depth);
      parts.push(`R${digest}`);
      return digest !== undefined;
    }
    if (value instanceof PDFArray) {
      parts.push(`[${value.size()}`);
      return value.asArray().every((item) => this.#describe(source, item, depth, parts));
    }
    if (value instanceof PDFStream) {
      const contents = value.getContents();
      if (!this.#isCommon(contents.length)) return false;
      parts.push(`stream${contents.length}`, contents);
      return this.#describe(source, value.dict, depth, parts);
    }
    if (value instanceof PDFDict) {
      if (value.has(structParents)) return false;
      if (/^(?:Page|Pages|OCG|OCMD|Annot|StructElem)$/.test(nameAt(value, 'Type') ?? '')) return false;
      const entries = value.entries().filter(([key]) => key !== PDFName.Length);
      parts.push(`<${entries.length}`);
      return entries.every(([key, entry]) => {
        parts.push(key.toString());
        return this.#describe(source, entry, depth, parts);
      });
    }
    parts.push(` ${value.toString()}`);
    return true;
  }
}

const structParents = PDFName.of('StructParents');
const known = new WeakMap<Source, ReadonlyMap<number, number>>();

/** How many streams of each length a source has. */
function lengthsOf(source: Source): ReadonlyMap<number, number> {
  const counted = known.get(source);
  if (counted) return counted;
  const lengths = new Map<number, number>();
  for (const [, object] of source.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFStream)) continue;
    const { length } = object.getContents();
    lengths.set(length, (lengths.get(length) ?? 0) + 1);
  }
  known.set(source, lengths);
  return lengths;
}

function isShareable(object: PDFObject): boolean {
  return object instanceof PDFStream || (object instanceof PDFDict && nameAt(object, 'Type') === 'Font');
}
