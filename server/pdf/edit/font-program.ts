import { readTables } from './draw/font-file.ts';
import { combined, renumbered, type Part } from './font-outline.ts';

/** A glyph to be made of others of a whole font; its width in units of the font. */
export interface MadeOf {
  glyphs: readonly Part[];
  width: number;
}

type Tables = Record<'head' | 'hhea' | 'maxp' | 'loca' | 'glyf' | 'prep', Buffer>;

/**
 * A TrueType font of these glyphs, numbered from 1, and nothing else (OpenType 1.9). What is made of several is one glyph
 * of it, so that it is drawn, found and copied as one.
 */
export function fontProgram(number: number, made: readonly MadeOf[]): Buffer {
  const tags = ['head', 'hhea', 'maxp', 'loca', 'glyf', 'prep'];
  const { head, hhea, maxp, loca, glyf, prep } = readTables(number, ...tags) as Tables;
  const isLong = head.readInt16BE(50) === 1;
  const offsetOf = (id: number): number =>
    isLong ? loca.readUInt32BE(4 * id) : 2 * loca.readUInt16BE(2 * id);
  const outlineOf = (id: number): Buffer => glyf.subarray(offsetOf(id), offsetOf(id + 1));

  /** Glyphs that others are made of stand behind them: their new numbers by those in the whole font. */
  const parts = new Map<number, number>();
  const numberOf = (id: number): number => {
    const known = parts.get(id) ?? 1 + made.length + parts.size;
    parts.set(id, known);
    return known;
  };
  const outlines = [outlineOf(0), ...made.map(({ glyphs }) => combined(glyphs, outlineOf, numberOf))];
  // What a part is made of becomes a part itself, and has its turn.
  for (const id of parts.keys()) outlines.push(renumbered(outlineOf(id), numberOf));

  const hmtx = Buffer.alloc(4 * outlines.length);
  const offsets = Buffer.alloc(4 * (outlines.length + 1));
  let end = 0;
  for (const [index, outline] of outlines.entries()) {
    hmtx.writeUInt16BE(made[index - 1]?.width ?? 0, 4 * index);
    if (outline.length > 0) hmtx.writeInt16BE(outline.readInt16BE(2), 4 * index + 2);
    end += padded(outline).length;
    offsets.writeUInt32BE(end, 4 * (index + 1));
  }
  head.writeInt16BE(1, 50);
  hhea.writeUInt16BE(outlines.length, 34);
  maxp.writeUInt16BE(outlines.length, 4);
  raiseBounds(maxp, Math.max(...made.map(({ glyphs }) => glyphs.length)));
  return fontFile({
    glyf: Buffer.concat(outlines.map(padded)),
    head,
    hhea,
    hmtx,
    loca: offsets,
    maxp,
    prep,
  });
}

/** To what a glyph of so many parts may have: points, contours, parts, and parts of parts. */
function raiseBounds(maxp: Buffer, most: number): void {
  const at = { points: 6, contours: 8, allPoints: 10, allContours: 12, parts: 28, depth: 30 };
  const raise = (bound: number, value: number): void =>
    void maxp.writeUInt16BE(Math.min(0xffff, Math.max(maxp.readUInt16BE(bound), value)), bound);
  raise(at.allPoints, most * Math.max(maxp.readUInt16BE(at.points), maxp.readUInt16BE(at.allPoints)));
  raise(at.allContours, most * Math.max(maxp.readUInt16BE(at.contours), maxp.readUInt16BE(at.allContours)));
  raise(at.parts, most);
  raise(at.depth, maxp.readUInt16BE(at.depth) + 1);
}

/** @param tables by their tags, in order of these */
function fontFile(tables: Record<string, Buffer | undefined>): Buffer {
  const present = Object.entries(tables).filter((entry): entry is [string, Buffer] => entry[1] !== undefined);
  const header = Buffer.alloc(12 + 16 * present.length);
  const power = 2 ** Math.floor(Math.log2(present.length));
  for (const [index, value] of [
    1,
    0,
    present.length,
    16 * power,
    Math.log2(power),
    16 * (present.length - power),
  ].entries())
    header.writeUInt16BE(value, 2 * index);
  tables['head']!.writeUInt32BE(0, 8);
  let offset = header.length;
  for (const [index, [tag, table]] of present.entries()) {
    const at = 12 + 16 * index;
    header.write(tag, at, 'latin1');
    header.writeUInt32BE(sumOf(table), at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(table.length, at + 12);
    offset += padded(table).length;
  }
  const sum = [header, ...present.map(([, table]) => table)].reduce((all, part) => all + sumOf(part), 0);
  tables['head']!.writeUInt32BE((0xb1b0afba - sum) >>> 0, 8);
  return Buffer.concat([header, ...present.map(([, table]) => padded(table))]);
}

/** Of its 32-bit words, as fonts tell whether they are whole. */
function sumOf(table: Buffer): number {
  const words = padded(table);
  let sum = 0;
  for (let at = 0; at < words.length; at += 4) sum = (sum + words.readUInt32BE(at)) >>> 0;
  return sum;
}

function padded(bytes: Buffer): Buffer {
  return bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}
