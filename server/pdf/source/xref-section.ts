import { PDFContext, PDFNumber, PDFRawStream } from 'pdf-lib';
import type { PDFArray, PDFDict } from 'pdf-lib';
import { headerAt } from './object-header.ts';
import { ObjectParser } from './object-parser.ts';
import { arrayAt, asDict, nameAt, numberAt } from './objects.ts';
import { unpackStructure } from './structure-stream.ts';

/** A part of a file's cross-reference: what one revision has to say. */
export interface Section {
  kind: 'table' | 'stream';
  trailer: PDFDict;
  entries: readonly Entry[];
  /** Written to the letter of the spec. */
  isExact: boolean;
}

/** Object number, type (0 free, 1 at an offset, 2 in an object stream), offset or stream number, and generation or index. */
type Entry = readonly [id: number, type: number, place: number, last: number];

/** Reads the section at `at`. @throws where there is none */
export function readSection(bytes: Buffer, at: number, maxEntries: number): Section {
  let start = at;
  // Some programs count the line end before it.
  while (start < at + 8 && /\s/.test(String.fromCharCode(bytes[start] ?? 0))) start += 1;
  const isExact = start === at;
  const section =
    bytes.toString('latin1', start, start + 4) === 'xref'
      ? readTable(bytes, start, maxEntries)
      : readStream(bytes, start, maxEntries);
  return { ...section, isExact: section.isExact && isExact };
}

function readTable(bytes: Buffer, start: number, maxEntries: number): Section {
  const entries: Entry[] = [];
  let isExact = true;
  let at = start + 4;
  for (;;) {
    const subsection = /^\s*(\d{1,10})\s+(\d{1,10})\s*/.exec(bytes.toString('latin1', at, at + 64));
    if (!subsection) break;
    at += subsection[0].length;
    const first = Number(subsection[1]);
    const count = Number(subsection[2]);
    if (entries.length + count > maxEntries) throw new RangeError('too many entries');
    for (let index = 0; index < count; index += 1) {
      const text = bytes.toString('latin1', at, at + 40);
      const isRow = /^\d{10} \d{5} [nf][ \r\n]{2}/.test(text);
      const row = /^\s*(\d{1,10})\s+(\d{1,5})\s+([nf])\s*/.exec(text);
      if (!row) throw new SyntaxError('no entry');
      isExact &&= isRow;
      entries.push([first + index, row[3] === 'n' ? 1 : 0, Number(row[1]), Number(row[2])]);
      at += isRow ? 20 : row[0].length;
    }
  }
  const keyword = /^\s*trailer/.exec(bytes.toString('latin1', at, at + 64));
  const trailer = keyword ? asDict(parseAt(bytes, at + keyword[0].length)) : undefined;
  if (!trailer) throw new SyntaxError('no trailer');
  return { kind: 'table', trailer, entries: withHidden(bytes, trailer, entries, maxEntries), isExact };
}

/**
 * A hybrid file's table calls those objects free that only its cross-reference stream knows: what the table has comes
 * first, then the stream, then what both call free (7.5.8.4).
 */
function withHidden(bytes: Buffer, trailer: PDFDict, table: Entry[], maxEntries: number): readonly Entry[] {
  const hybrid = numberAt(trailer, 'XRefStm');
  if (hybrid === undefined) return table;
  const hidden = readStream(bytes, hybrid, maxEntries).entries;
  return [...table.filter(([, type]) => type !== 0), ...hidden, ...table.filter(([, type]) => type === 0)];
}

function readStream(bytes: Buffer, start: number, maxEntries: number): Section {
  const header = headerAt(bytes, start);
  const stream = header ? parseAt(bytes, header.end) : undefined;
  if (!(stream instanceof PDFRawStream)) throw new SyntaxError('no cross-reference stream');
  const { dict } = stream;
  const widths = numbers(arrayAt(dict, 'W'));
  const [typeWidth = 0, placeWidth = 0, lastWidth = 0] = widths;
  const width = typeWidth + placeWidth + lastWidth;
  if (nameAt(dict, 'Type') !== 'XRef' || widths.length !== 3 || width < 1 || width > 16)
    throw new SyntaxError('no widths');
  const rows = unpackStructure(stream);
  if (!rows) throw new SyntaxError('no rows');
  const index = numbers(arrayAt(dict, 'Index'));
  const ranges = index.length > 0 ? index : [0, numberAt(dict, 'Size') ?? 0];
  const entries: Entry[] = [];
  let at = 0;
  for (let range = 0; range + 1 < ranges.length; range += 2) {
    const first = ranges[range]!;
    for (let id = first; id < first + ranges[range + 1]! && at + width <= rows.length; id += 1) {
      if (entries.length >= maxEntries) throw new RangeError('too many entries');
      const type = typeWidth === 0 ? 1 : rows.readUIntBE(at, typeWidth);
      const place = placeWidth === 0 ? 0 : rows.readUIntBE(at + typeWidth, placeWidth);
      const last = lastWidth === 0 ? 0 : rows.readUIntBE(at + typeWidth + placeWidth, lastWidth);
      entries.push([id, type, place, last]);
      at += width;
    }
  }
  return { kind: 'stream', trailer: dict, entries, isExact: true };
}

/** What stands at `at`, in a context of its own. */
export function parseAt(bytes: Buffer, at: number, end = bytes.length): unknown {
  return new ObjectParser(bytes, { context: PDFContext.create() }, at, end).parse();
}

function numbers(array: PDFArray | undefined): number[] {
  return (array?.asArray() ?? []).flatMap((item) => (item instanceof PDFNumber ? [item.asNumber()] : []));
}
