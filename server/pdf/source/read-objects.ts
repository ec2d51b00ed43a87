import { setImmediate } from 'node:timers/promises';
import { PDFArray, PDFContext, PDFDict, PDFName, PDFNumber, PDFRawStream, PDFRef } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { decryption } from './decryption.ts';
import { headerAt } from './object-header.ts';
import { type Cipher, ObjectParser } from './object-parser.ts';
import { isText, nameAt, numberAt } from './objects.ts';
import { unpackStructure } from './structure-stream.ts';
import type { Xref } from './xref.ts';

/** The objects of a file, of each the copy that counts. */
export interface FileObjects {
  context: PDFContext;
  /** How many there are. */
  count: number;
  /** What in them did not make sense. */
  faults: number;
  encrypted: boolean;
}

const perTurn = 1_000;

/**
 * Reads the objects that a cross-reference names: object streams first, as a stream's length may be in one, then the
 * others in the order of the file.
 * @param report takes the share done
 * @throws AppError TOO_COMPLEX
 * @throws Error of the library, where the file is encrypted and cannot be opened
 */
export async function readObjects(
  bytes: Buffer,
  xref: Xref,
  report: (share: number) => void,
): Promise<FileObjects> {
  const reading = new Reading(bytes, xref);
  const others = reading.ids.filter((id) => !xref.streams.has(id));
  let done = 0;
  for (const id of [...xref.streams, ...others]) {
    if (done < xref.streams.size) reading.readStream(id);
    else reading.read(id);
    done += 1;
    report(done / reading.ids.length);
    if (done % perTurn === 0) await setImmediate();
  }
  return reading.result();
}

class Reading {
  /** In the order of the file. */
  readonly ids: readonly number[];
  readonly #bytes: Buffer;
  readonly #xref: Xref;
  readonly #context = PDFContext.create();
  readonly #ends = new Map<number, number>();
  readonly #packed = new Set<number>();
  readonly #lengthOf = (ref: PDFRef): number | undefined => this.#number(ref);
  readonly #decrypt: ((ref: PDFRef) => Cipher) | undefined;
  readonly #refer = ({ objectNumber }: PDFRef): void => {
    if (objectNumber > this.#highest && objectNumber < this.#bytes.length) this.#highest = objectNumber;
  };
  /** Of the numbers that are named, also where nothing is: a new object of that number would be taken for it. */
  #highest = 0;
  #count = 0;
  #faults = 0;

  constructor(bytes: Buffer, xref: Xref) {
    this.#bytes = bytes;
    this.#xref = xref;
    const ordered = [...xref.offsets].toSorted(([, a], [, b]) => a - b);
    this.ids = ordered.map(([id]) => id);
    // No object reaches beyond the beginning of the next: all of them take no longer than the bytes of the file.
    for (const [index, [id]] of ordered.entries())
      this.#ends.set(id, ordered[index + 1]?.[1] ?? bytes.length);
    this.#decrypt = this.#open();
  }

  result(): FileObjects {
    const context = this.#context;
    for (const id of this.ids) this.#highest = Math.max(this.#highest, id);
    context.largestObjectNumber = Math.max(context.largestObjectNumber, this.#highest);
    return { context, count: this.#count, faults: this.#faults, encrypted: this.#decrypt !== undefined };
  }

  /** Reads an object that stands by itself. */
  read(id: number): void {
    if (this.#packed.has(id)) return;
    const found = this.#parse(id, this.#decrypt);
    // What only tells where objects are is of no use any more.
    if (!found || (found.object instanceof PDFRawStream && isStructure(found.object))) return;
    this.#assign(found.ref, found.object);
  }

  /** Reads the objects in an object stream. */
  readStream(id: number): void {
    const found = this.#parse(id, this.#decrypt)?.object;
    const stream =
      found instanceof PDFRawStream && nameAt(found.dict, 'Type') === 'ObjStm' ? found : undefined;
    const data = stream && unpackStructure(stream);
    if (!data) {
      this.#faults += 1;
      return;
    }
    const members = membersOf(data, stream.dict);
    const places = [...new Set(members.values())].toSorted((a, b) => a - b);
    const ends = new Map(places.map((place, index) => [place, places[index + 1] ?? data.length]));
    for (const [member, place] of members) {
      const end = ends.get(place);
      if (!this.#xref.holds(id, member) || end === undefined) continue;
      // Each is read once, whoever claims it.
      ends.delete(place);
      this.#packed.add(member);
      this.#assign(PDFRef.of(member), this.#parseIn(data, place, end));
    }
  }

  #assign(ref: PDFRef, object: PDFObject): void {
    this.#context.assign(ref, object);
    this.#count += 1;
  }

  #parse(id: number, decrypt?: (ref: PDFRef) => Cipher): { ref: PDFRef; object: PDFObject } | undefined {
    const at = this.#xref.offsets.get(id);
    const header = at === undefined ? undefined : headerAt(this.#bytes, at);
    if (!header) return undefined;
    const ref = PDFRef.of(id, header.generation);
    return { ref, object: this.#parseIn(this.#bytes, header.end, this.#ends.get(id)!, decrypt?.(ref)) };
  }

  #parseIn(bytes: Buffer, at: number, end: number, cipher?: Cipher): PDFObject {
    const parser = new ObjectParser(
      bytes,
      { context: this.#context, lengthOf: this.#lengthOf, refer: this.#refer, cipher },
      at,
      end,
    );
    const object = parser.parse();
    this.#faults += parser.faults;
    return object;
  }

  #number(ref: PDFRef): number | undefined {
    const known = this.#context.lookup(ref);
    if (known) return known instanceof PDFNumber ? known.asNumber() : undefined;
    const at = this.#xref.offsets.get(ref.objectNumber);
    const text = at === undefined ? '' : this.#bytes.toString('latin1', at, at + 64);
    const said = /^\s*\d+\s+\d+\s+obj\s+(\d+)\s+endobj/.exec(text)?.[1];
    return said === undefined ? undefined : Number(said);
  }

  #open(): ((ref: PDFRef) => Cipher) | undefined {
    const { trailer } = this.#xref;
    const written = this.#plain(trailer.get(PDFName.of('Encrypt')));
    if (!(written instanceof PDFDict)) return undefined;
    const encrypt = PDFDict.withContext(this.#context);
    for (const [key, value] of written.entries()) encrypt.set(key, this.#plain(value) ?? value);
    const identifier = this.#plain(trailer.get(PDFName.of('ID')));
    const id = identifier instanceof PDFArray ? identifier.get(0) : undefined;
    return decryption(encrypt, isText(id) ? id.asBytes() : new Uint8Array());
  }

  /** What stands under a reference that is needed before the file can be decrypted. */
  #plain(value: PDFObject | undefined): PDFObject | undefined {
    return value instanceof PDFRef ? this.#parse(value.objectNumber)?.object : value;
  }
}

function isStructure({ dict }: PDFRawStream): boolean {
  const type = nameAt(dict, 'Type');
  return type === 'XRef' || type === 'ObjStm';
}

/** Number and place of each object in an object stream (ISO 32000-1, 7.5.7). */
function membersOf(data: Buffer, dict: PDFDict): Map<number, number> {
  const members = new Map<number, number>();
  const first = numberAt(dict, 'First') ?? 0;
  let left = numberAt(dict, 'N') ?? 0;
  for (const [, id, offset] of data.toString('latin1', 0, Math.max(0, first)).matchAll(/(\d+)\s+(\d+)/g)) {
    if (left <= 0) break;
    left -= 1;
    members.set(Number(id), first + Number(offset));
  }
  return members;
}
