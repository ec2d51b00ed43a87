import type { PassFiles, Range } from '../../model/pass.ts';
import type { PagePatch } from '../../model/page.ts';

/** The patches of a range as JSON: what many pages have drawn on them is in it once. */
interface PackedPatches {
  drawings: string[];
  /** One for each page; `over` and `under` are indices of drawings. */
  pages: PackedPatch[];
}

interface PackedPatch extends Omit<PagePatch, 'over' | 'under'> {
  over?: number[];
  under?: number[];
}

export function packPatches(patches: readonly PagePatch[]): Buffer {
  const indices = new Map<string, number>();
  const pack = (drawings: readonly string[]): number[] =>
    drawings.map((drawing) => {
      const index = indices.get(drawing) ?? indices.size;
      indices.set(drawing, index);
      return index;
    });
  const pages = patches.map(({ over, under, ...rest }) => ({
    ...rest,
    ...(over && { over: pack(over) }),
    ...(under && { under: pack(under) }),
  }));
  const packed: PackedPatches = { drawings: [...indices.keys()], pages };
  return Buffer.from(JSON.stringify(packed));
}

/** All patches of all ranges, in page order, those of one range in memory at a time. */
export async function* unpackPatches(
  ranges: readonly Range[],
  stored: PassFiles['stored'],
): AsyncGenerator<PagePatch, undefined> {
  for (const range of ranges.keys()) {
    const { drawings, pages } = JSON.parse((await stored(range)).toString()) as PackedPatches;
    const unpack = (indices: readonly number[]): string[] => indices.map((index) => drawings[index]!);
    for (const { over, under, ...rest } of pages)
      yield {
        ...rest,
        ...(over && { over: unpack(over) }),
        ...(under && { under: unpack(under) }),
      };
  }
}
