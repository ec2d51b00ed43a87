import { inflateSync } from 'node:zlib';
import type { PDFArray, PDFDict } from 'pdf-lib';
import { PDFContext, PDFNumber, PDFObjectParser, PDFRawStream, PDFRef } from 'pdf-lib';
import { arrayAt, asDict, dictAt, nameAt, numberAt } from './objects.ts';

/** The file's own table of its objects, newest revision first. The library ignores it and takes what comes last. */
export interface Xref {
  /** How the newest section is written; an appended one is written alike. */
  kind: 'table' | 'stream';
  /** Where the newest section begins: `Prev` of an appended one. */
  start: number;
  /** One above the highest object number. */
  size: number;
  /** The newest trailer dictionary. */
  trailer: PDFDict;
  /** Byte offset by object number. */
  offsets: ReadonlyMap<number, number>;
  /** Number of the object stream that holds the object, by object number. */
  packed: ReadonlyMap<number, number>;
  free: ReadonlySet<number>;
}

const maxEntries = 1_000_000;
const maxSections = 1_000;

/** Follows the chain of cross-reference sections from the end of the file. Undefined where it is not in perfect order. */
export function readXref(bytes: Buffer): Xref | undefined {
  try {
    return readChain(bytes);
  } catch {
    return undefined;
  }
}

interface Section {
  kind: 'table' | 'stream';
  trailer: PDFDict;
  entries: Entry[];
}

/** Object number, type (0 free, 1 at an offset, 2 in an object stream), and offset or stream number. */
type Entry = readonly [id: number, type: number, place: number];

function readChain(bytes: Buffer): Xref | undefined {
  const tail = bytes.toString('latin1', Math.max(0, bytes.length - 2048));
  const last = /startxref\s+(\d+)\s+%%EOF(?![\s\S]*startxref)/.exec(tail);
  if (!last) return undefined;
  const start = Number(last[1]);
  const offsets = new Map<number, number>();
  const packed = new Map<number, number>();
  const free = new Set<number>();
  const seen = new Set<number>();
  let newest: Section | undefined;
  // A hybrid file's stream comes between the table that names it and the table before it (ISO 32000-1, 7.5.8.4).
  const next = [start];
  while (next.length > 0) {
    const at = next.pop()!;
    if (seen.has(at) || seen.size >= maxSections) return undefined;
    seen.add(at);
    const section = readSection(bytes, at);
    newest ??= section;
    for (const [id, type, place] of section.entries) {
      const hidden = free.has(id) && section.kind === 'stream';
      if (offsets.has(id) || packed.has(id) || (free.has(id) && !hidden)) continue;
      free.delete(id);
      if (type === 1) offsets.set(id, place);
      else if (type === 2) packed.set(id, place);
      else free.add(id);
    }
    if (offsets.size + packed.size + free.size > maxEntries) return undefined;
    const previous = numberAt(section.trailer, 'Prev');
    const hybrid = numberAt(section.trailer, 'XRefStm');
    if (previous !== undefined) next.push(previous);
    if (hybrid !== undefined) next.push(hybrid);
  }
  if (!newest) return undefined;
  const { kind, trailer } = newest;
  return { kind, start, size: numberAt(trailer, 'Size') ?? 0, trailer, offsets, packed, free };
}

function readSection(bytes: Buffer, at: number): Section {
  return bytes.toString('latin1', at, at + 4) === 'xref' ? readTable(bytes, at) : readStream(bytes, at);
}

function readTable(bytes: Buffer, start: number): Section {
  const entries: Entry[] = [];
  let at = start + 4;
  for (;;) {
    const head = bytes.toString('latin1', at, at + 40);
    const subsection = /^\s*(\d+) +(\d+) *[\r\n]+/.exec(head);
    if (!subsection) break;
    at += subsection[0].length;
    const first = Number(subsection[1]);
    const count = Number(subsection[2]);
    if (entries.length + count > maxEntries) throw new RangeError('too many entries');
    for (let index = 0; index < count; index += 1) {
      const row = bytes.toString('latin1', at, at + 20);
      if (!/^\d{10} \d{5} [nf][ \r\n]{2}$/.test(row)) throw new SyntaxError('no entry');
      entries.push([first + index, row[17] === 'n' ? 1 : 0, Number(row.slice(0, 10))]);
      at += 20;
    }
  }
  const keyword = /^\s*trailer/.exec(bytes.toString('latin1', at, at + 40));
  if (!keyword) throw new SyntaxError('no trailer');
  const trailer = asDict(parseAt(bytes, at + keyword[0].length));
  if (!trailer) throw new SyntaxError('no trailer');
  return { kind: 'table', trailer, entries };
}

function readStream(bytes: Buffer, start: number): Section {
  const head = /^\d+\s+\d+\s+obj/.exec(bytes.toString('latin1', start, start + 40));
  const stream = head ? parseAt(bytes, start + head[0].length) : undefined;
  if (!(stream instanceof PDFRawStream)) throw new SyntaxError('no cross-reference stream');
  const { dict } = stream;
  const widths = numbers(arrayAt(dict, 'W'));
  const [typeWidth = 0, placeWidth = 0, lastWidth = 0] = widths;
  const width = typeWidth + placeWidth + lastWidth;
  if (nameAt(dict, 'Type') !== 'XRef' || widths.length !== 3 || width < 1 || width > 16)
    throw new SyntaxError('no widths');
  const rows = decode(stream);
  const index = numbers(arrayAt(dict, 'Index') ?? undefined);
  const ranges = index.length > 0 ? index : [0, numberAt(dict, 'Size') ?? 0];
  const entries: Entry[] = [];
  let at = 0;
  for (let range = 0; range + 1 < ranges.length; range += 2) {
    const first = ranges[range]!;
    for (let id = first; id < first + ranges[range + 1]! && at + width <= rows.length; id += 1) {
      const type = typeWidth === 0 ? 1 : rows.readUIntBE(at, typeWidth);
      const place = placeWidth === 0 ? 0 : rows.readUIntBE(at + typeWidth, placeWidth);
      entries.push([id, type, place]);
      at += width;
    }
  }
  return { kind: 'stream', trailer: dict, entries };
}

function parseAt(bytes: Buffer, at: number): unknown {
  return PDFObjectParser.forBytes(bytes.subarray(at), PDFContext.create()).parseObject(PDFRef.of(0));
}

function numbers(array: PDFArray | undefined): number[] {
  return (array?.asArray() ?? []).flatMap((item) => (item instanceof PDFNumber ? [item.asNumber()] : []));
}

/** The library's decoder knows no predictors, and nearly every cross-reference stream has the PNG one (12, "up"). */
function decode({ dict, contents }: PDFRawStream): Buffer {
  const filter = nameAt(dict, 'Filter');
  if (filter !== 'FlateDecode') {
    if (dict.keys().some((key) => key.decodeText() === 'Filter')) throw new SyntaxError('other filter');
    return Buffer.from(contents);
  }
  const data = inflateSync(contents, { maxOutputLength: 32 << 20 });
  const parameters = dictAt(dict, 'DecodeParms');
  const predictor = numberAt(parameters, 'Predictor') ?? 1;
  if (predictor === 1) return data;
  const columns = numberAt(parameters, 'Columns') ?? 1;
  const rows = Math.floor(data.length / (columns + 1));
  const out = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const kind = data[row * (columns + 1)]!;
    if (kind !== 0 && kind !== 2) throw new SyntaxError('other predictor');
    for (let column = 0; column < columns; column += 1) {
      const above = kind === 2 && row > 0 ? out[(row - 1) * columns + column]! : 0;
      out[row * columns + column] = data[row * (columns + 1) + 1 + column]! + above;
    }
  }
  return out;
}
