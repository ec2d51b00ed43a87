/** A glyph as a part of another one, and where it is in it. */
export interface Part {
  id: number;
  x: number;
  y: number;
}

/* Of a part of a composite glyph (OpenType 1.9, glyf). */
const wordsFollow = 0x0001;
const areOffsets = 0x0002;
const isScaled = 0x0008;
const moreFollow = 0x0020;
const hasTwoScales = 0x0040;
const hasMatrix = 0x0080;

/**
 * The outline of a glyph that is made of others.
 * @param outlineOf a glyph, by its number in the whole font; empty where nothing is to be seen, as of a space
 * @param numberOf a part, in the font that it will be in
 */
export function combined(
  parts: readonly Part[],
  outlineOf: (id: number) => Buffer,
  numberOf: (id: number) => number,
): Buffer {
  const [first] = parts;
  if (parts.length === 1 && first?.x === 0 && first.y === 0) return renumbered(outlineOf(first.id), numberOf);
  const seen = parts.filter(({ id }) => outlineOf(id).length > 0);
  if (seen.length === 0) return Buffer.alloc(0);
  const boxes = seen.map(({ id, x, y }) =>
    [x, y, x, y].map((offset, side) => outlineOf(id).readInt16BE(2 + 2 * side) + offset),
  );
  const side = (index: number): number[] => boxes.map((box) => box[index]!);
  const header = words(
    -1,
    Math.min(...side(0)),
    Math.min(...side(1)),
    Math.max(...side(2)),
    Math.max(...side(3)),
  );
  return Buffer.concat([
    header,
    ...seen.map(({ id, x, y }, index) => {
      const more = index < seen.length - 1 ? moreFollow : 0;
      return words(wordsFollow | areOffsets | more, numberOf(id), x, y);
    }),
  ]);
}

/** An outline whose parts, if it is made of parts, are called by their new numbers. */
export function renumbered(outline: Buffer, numberOf: (id: number) => number): Buffer {
  if (outline.length === 0 || outline.readInt16BE(0) >= 0) return outline;
  const copy = Buffer.from(outline);
  for (let at = 10, flags = moreFollow; flags & moreFollow;) {
    flags = copy.readUInt16BE(at);
    copy.writeUInt16BE(numberOf(copy.readUInt16BE(at + 2)), at + 2);
    const transform = flags & isScaled ? 2 : flags & hasTwoScales ? 4 : flags & hasMatrix ? 8 : 0;
    at += 4 + (flags & wordsFollow ? 4 : 2) + transform;
  }
  return copy;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * index);
  return bytes;
}
