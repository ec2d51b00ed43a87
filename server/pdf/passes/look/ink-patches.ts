/** Pixels that touch each other, and the box around them: its far sides are behind the last pixel. */
export interface Patch {
  area: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** From the edge of the page that is nearest to a pixel, at least and at most. */
  nearest: number;
  furthest: number;
}

/** @param inked a 1 for each pixel that is, row by row; empty afterwards */
export function* patchesOf(
  inked: Uint8Array,
  { width, height }: { width: number; height: number },
): Iterable<Patch> {
  const open: number[] = [];
  const take = (at: number): void => {
    inked[at] = 0;
    open.push(at);
  };
  for (let start = inked.indexOf(1); start >= 0; start = inked.indexOf(1, start)) {
    const patch = { area: 0, left: width, top: height, right: 0, bottom: 0, nearest: Infinity, furthest: 0 };
    take(start);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      const fromEdge = Math.min(x, y, width - 1 - x, height - 1 - y);
      patch.area += 1;
      patch.left = Math.min(patch.left, x);
      patch.right = Math.max(patch.right, x + 1);
      patch.top = Math.min(patch.top, y);
      patch.bottom = Math.max(patch.bottom, y + 1);
      patch.nearest = Math.min(patch.nearest, fromEdge);
      patch.furthest = Math.max(patch.furthest, fromEdge);
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1)
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1)
          if (inked[row * width + column] === 1) take(row * width + column);
    }
    yield patch;
  }
}
