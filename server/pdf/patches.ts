import type { PagePatch } from './step.ts';

/** The patches of a range, to be stored: what many pages have drawn on them is in it once. */
export interface PackedPatches {
  drawings: string[];
  /** One for each page; `over` and `under` are indices of drawings. */
  pages: PackedPatch[];
}

export interface PackedPatch extends Omit<PagePatch, 'over' | 'under'> {
  over?: number[];
  under?: number[];
}

export function packPatches(patches: readonly PagePatch[]): PackedPatches {
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
  return { drawings: [...indices.keys()], pages };
}

export function unpackPatches({ drawings, pages }: PackedPatches): PagePatch[] {
  const unpack = (indices: readonly number[]): string[] => indices.map((index) => drawings[index]!);
  return pages.map(({ over, under, ...rest }) => ({
    ...rest,
    ...(over && { over: unpack(over) }),
    ...(under && { under: unpack(under) }),
  }));
}
