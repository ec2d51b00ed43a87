import { setImmediate } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { PDFArray, PDFDict, PDFName, PDFNumber, PDFStream } from 'pdf-lib';
import type { PDFObject, PDFRef } from 'pdf-lib';
import type { Output } from './output.ts';

/** What a cross-reference section says of the document. */
export interface Trailer {
  root: PDFRef;
  info: PDFRef | undefined;
  /** The two halves of the file's identifier, in hex. */
  id: readonly [string, string];
  /** What this section is appended to: where the section before begins, and one above the highest object number there. */
  previous?: { start: number; size: number };
  /** Numbers of objects that the document names and has not: whatever got them would be taken for those. */
  missing?: ReadonlySet<number>;
}

const packedPerStream = 200;
const perTurn = 500;

/**
 * Writes objects and the cross-reference section that ends the file: a table, or (smaller) object streams and a
 * cross-reference stream. The library's writer holds the whole file in memory a second time, copies streams byte by
 * byte, is quadratic in the objects, and cannot say how far it is.
 * @param objects by ascending number
 */
export async function writeObjects(
  out: Output,
  objects: readonly [PDFRef, PDFObject][],
  kind: 'table' | 'stream',
  trailer: Trailer,
  report: (done: number, total: number) => void,
): Promise<void> {
  const entries: Entry[] = [];
  const packable: [PDFRef, PDFObject][] = [];
  let done = 0;
  const pause = async (): Promise<void> => {
    done += 1;
    if (out.full) await out.drain();
    if (done % perTurn !== 0) return;
    report(done, objects.length);
    await setImmediate();
  };
  for (const [ref, object] of objects) {
    if (kind === 'stream' && isPackable(ref, object)) {
      packable.push([ref, object]);
      continue;
    }
    entries.push({ id: ref.objectNumber, type: 1, place: out.offset, last: ref.generationNumber });
    writeObject(out, `${ref.objectNumber} ${ref.generationNumber}`, object);
    await pause();
  }
  // One above the highest number that is in use (ISO 32000-1, 7.5.5): the last ones may have fallen away.
  let next = Math.max(trailer.previous?.size ?? 1, (objects.at(-1)?.[0].objectNumber ?? 0) + 1);
  const claim = (): number => {
    while (trailer.missing?.has(next)) next += 1;
    next += 1;
    return next - 1;
  };
  for (let at = 0; at < packable.length; at += packedPerStream) {
    const part = packable.slice(at, at + packedPerStream);
    const id = claim();
    for (const [index, [ref]] of part.entries()) {
      entries.push({ id: ref.objectNumber, type: 2, place: id, last: index });
      await pause();
    }
    entries.push({ id, type: 1, place: out.offset, last: 0 });
    writeObjectStream(out, id, part);
  }
  entries.sort((a, b) => a.id - b.id);
  if (kind === 'table') writeTable(out, entries, next, trailer);
  else writeXrefStream(out, entries, claim(), trailer);
  await out.drain();
  report(objects.length, objects.length);
}

interface Entry {
  id: number;
  type: 0 | 1 | 2;
  /** Byte offset, or number of the object stream. */
  place: number;
  /** Generation, or index within the object stream. */
  last: number;
}

function isPackable(ref: PDFRef, object: PDFObject): boolean {
  return ref.generationNumber === 0 && !holdsStream(object);
}

/** Some programs write a stream within another object, against the rules; in an object stream nobody reads it. */
function holdsStream(object: PDFObject): boolean {
  const open = [object];
  for (let value = open.pop(); value; value = open.pop()) {
    if (value instanceof PDFStream) return true;
    if (value instanceof PDFArray) for (const item of value.asArray()) open.push(item);
    else if (value instanceof PDFDict) for (const item of value.values()) open.push(item);
  }
  return false;
}

function writeObject(out: Output, number: string, object: PDFObject): void {
  out.push(`${number} obj\n`);
  if (object instanceof PDFStream) {
    const contents = object.getContents();
    out.push(encode(withLength(object.dict, contents.length)));
    out.push('\nstream\n');
    out.push(contents);
    out.push('\nendstream');
  } else out.push(encode(object));
  out.push('\nendobj\n');
}

/** The dictionary of a stream of this length: a copy unless it says so already. */
function withLength(dict: PDFDict, length: number): PDFDict {
  const said = dict.get(PDFName.Length);
  if (said instanceof PDFNumber && said.asNumber() === length) return dict;
  const copy = dict.clone();
  copy.set(PDFName.Length, PDFNumber.of(length));
  return copy;
}

function encode(object: PDFObject): Buffer {
  const buffer = Buffer.allocUnsafe(object.sizeInBytes());
  return buffer.subarray(0, object.copyBytesInto(buffer, 0));
}

function writeObjectStream(out: Output, id: number, objects: readonly [PDFRef, PDFObject][]): void {
  let offset = 0;
  let head = '';
  const bodies = objects.map(([ref, object]) => {
    const body = encode(object);
    head += `${ref.objectNumber} ${offset} `;
    offset += body.length + 1;
    return [body, space];
  });
  const data = deflateSync(Buffer.concat([Buffer.from(head, 'latin1'), ...bodies.flat()]));
  const dict = `/Type /ObjStm /N ${objects.length} /First ${head.length} /Filter /FlateDecode`;
  writeStream(out, id, dict, data);
}

const space = Buffer.from(' ');

function writeTable(out: Output, entries: readonly Entry[], size: number, trailer: Trailer): void {
  const start = out.offset;
  const free: Entry[] = trailer.previous === undefined ? [{ id: 0, type: 0, place: 0, last: 65535 }] : [];
  out.push('xref\n');
  for (const section of consecutive([...free, ...entries])) {
    out.push(`${section[0]!.id} ${section.length}\n`);
    for (const { type, place, last } of section) {
      out.push(`${digits(place, 10)} ${digits(last, 5)} ${type === 0 ? 'f' : 'n'} \n`);
    }
  }
  out.push(`trailer\n<< ${trailerEntries(size, trailer)} >>\nstartxref\n${start}\n%%EOF\n`);
}

/** @param id of the stream, which is above all others */
function writeXrefStream(out: Output, entries: readonly Entry[], id: number, trailer: Trailer): void {
  const start = out.offset;
  const own: Entry = { id, type: 1, place: start, last: 0 };
  const free: Entry[] = trailer.previous === undefined ? [{ id: 0, type: 0, place: 0, last: 65535 }] : [];
  const all = [...free, ...entries, own];
  const placeBytes = start > 0xffffffff ? 6 : 4;
  const columns = 1 + placeBytes + 2;
  const rows = Buffer.alloc(all.length * columns);
  for (const [index, { type, place, last }] of all.entries()) {
    rows.writeUInt8(type, index * columns);
    rows.writeUIntBE(place, index * columns + 1, placeBytes);
    rows.writeUInt16BE(last, index * columns + 1 + placeBytes);
  }
  const index = consecutive(all).flatMap((section) => [section[0]!.id, section.length]);
  const dict =
    `/Type /XRef /W [1 ${placeBytes} 2] /Index [${index.join(' ')}] ` +
    `${trailerEntries(id + 1, trailer)} ` +
    `/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns ${columns} >>`;
  writeStream(out, id, dict, deflateSync(predictUp(rows, columns)));
  out.push(`startxref\n${start}\n%%EOF\n`);
}

/** PNG's filter "up": rows as differences to the one above, of which little is left after deflating. */
function predictUp(rows: Buffer, columns: number): Buffer {
  const count = rows.length / columns;
  const out = Buffer.alloc(count * (columns + 1));
  for (let row = 0; row < count; row += 1) {
    out[row * (columns + 1)] = 2;
    for (let column = 0; column < columns; column += 1) {
      const above = row === 0 ? 0 : rows[(row - 1) * columns + column]!;
      out[row * (columns + 1) + 1 + column] = rows[row * columns + column]! - above;
    }
  }
  return out;
}

function writeStream(out: Output, id: number, dict: string, data: Buffer): void {
  out.push(`${id} 0 obj\n<< ${dict} /Length ${data.length} >>\nstream\n`);
  out.push(data);
  out.push('\nendstream\nendobj\n');
}

function trailerEntries(size: number, { root, info, id, previous }: Trailer): string {
  const entries = [`/Size ${size}`, `/Root ${root.toString()}`, `/ID [<${id[0]}> <${id[1]}>]`];
  if (info) entries.push(`/Info ${info.toString()}`);
  if (previous) entries.push(`/Prev ${previous.start}`);
  return entries.join(' ');
}

/** Entries in runs of consecutive numbers. */
function consecutive(entries: readonly Entry[]): Entry[][] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run && run.at(-1)!.id + 1 === entry.id) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
