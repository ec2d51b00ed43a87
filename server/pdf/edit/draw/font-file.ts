import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

/*
 * Noto Sans, a font for some scripts each, under the Open Font License. Only what a document has drawn on it is embedded,
 * so that every viewer and printer shows the same, PDF/A included, for some kilobytes.
 */

/** Patches number them by their order. The first has Latin, Greek, Cyrillic and Devanagari. */
const files = [
  'noto-sans/400Regular/NotoSans',
  'noto-sans-arabic/400Regular/NotoSansArabic',
  'noto-sans-hebrew/400Regular/NotoSansHebrew',
  'noto-sans-thai/400Regular/NotoSansThai',
  'noto-sans-sc/400Regular/NotoSansSC',
  'noto-sans-jp/400Regular/NotoSansJP',
  'noto-sans-kr/400Regular/NotoSansKR',
];

const require = createRequire(import.meta.url);

export function fontPath(number: number): string {
  return require.resolve(`@expo-google-fonts/${files[number]}_400Regular.ttf`);
}

/** As `NotoSans-Regular`. */
export function fontName(number: number): string {
  return `${files[number]!.split('/').at(-1)}-Regular`;
}

/** A font's tables by their tags, as they are in the file (OpenType 1.9); left out where it has none. */
export function readTables(number: number, ...tags: readonly string[]): Record<string, Buffer> {
  const file = openSync(fontPath(number), 'r');
  const read = (position: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, position);
    return bytes;
  };
  try {
    const records = read(12, 16 * read(0, 12).readUInt16BE(4));
    const tables: Record<string, Buffer> = {};
    for (let at = 0; at < records.length; at += 16) {
      const tag = records.toString('latin1', at, at + 4);
      if (tags.includes(tag)) tables[tag] = read(records.readUInt32BE(at + 8), records.readUInt32BE(at + 12));
    }
    return tables;
  } finally {
    closeSync(file);
  }
}

/** Subtables of `cmap`, by fonts: what is asked of them costs no more than that. */
const characterMaps = new Map<number, Buffer>();

/** Whether a font has a glyph for a code point. Reads no more than its `cmap`: the web process asks too. */
export function hasCharacter(number: number, point: number): boolean {
  const map = characterMaps.get(number) ?? characterMapOf(readTables(number, 'cmap')['cmap']!);
  characterMaps.set(number, map);
  return map.readUInt16BE(0) === 12 ? hasInGroups(map, point) : hasInSegments(map, point);
}

/** The subtable of format 12, for all of Unicode, or else of format 4, which the fonts have that need no more. */
function characterMapOf(table: Buffer): Buffer {
  const subtables = Array.from({ length: table.readUInt16BE(2) }, (_, index) =>
    table.subarray(table.readUInt32BE(8 + 8 * index)),
  );
  return [12, 4].flatMap((format) => subtables.find((map) => map.readUInt16BE(0) === format) ?? [])[0]!;
}

function hasInGroups(map: Buffer, point: number): boolean {
  const group = firstIndex(map.readUInt32BE(12), (index) => map.readUInt32BE(20 + 12 * index) >= point);
  return group !== undefined && map.readUInt32BE(16 + 12 * group) <= point;
}

function hasInSegments(map: Buffer, point: number): boolean {
  const double = map.readUInt16BE(6);
  const segment = firstIndex(double / 2, (index) => map.readUInt16BE(14 + 2 * index) >= point);
  if (segment === undefined || point > 0xffff) return false;
  const [start, delta, offset] = [1, 2, 3].map((part) => 16 + part * double + 2 * segment) as [
    number,
    number,
    number,
  ];
  const first = map.readUInt16BE(start);
  if (first > point) return false;
  const range = map.readUInt16BE(offset);
  const glyph =
    range === 0 ? point + map.readUInt16BE(delta) : map.readUInt16BE(offset + range + 2 * (point - first));
  return glyph % 0x10000 !== 0;
}

/** The first index below `end` that is so, as are all after it. */
function firstIndex(end: number, isSo: (index: number) => boolean): number | undefined {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low < end ? low : undefined;
}
