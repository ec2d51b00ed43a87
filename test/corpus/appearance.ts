import type { Look } from './examples.ts';
import { areAlike, changed, changedSquares, cut, type Picture, scaled, turned } from './picture.ts';

/** What of a page's look is not as it should be; undefined where all is. */
export function faultOfPicture(look: Look, before: Picture, after: Picture): string | undefined {
  if (look === 'turned') return faultOfLikeness(turned(before), after);
  if (look === 'close') return faultOfLikeness(before, after);
  if (typeof look === 'object' && 'cut' in look) return faultOfLikeness(cut(before, look.cut), after);
  if (before.width !== after.width || before.height !== after.height) return sizesOf(before, after);
  if (look === 'same') return percent(changed(before, after), 'of it looks otherwise');
  const part = look.drawn(before.width / before.height);
  const [left, top, right, bottom] = part;
  const outside = Math.max(
    changed(before, after, [0, 0, 1, top]),
    changed(before, after, [0, bottom, 1, 1]),
    changed(before, after, [0, 0, left, 1]),
    changed(before, after, [right, 0, 1, 1]),
  );
  if (changed(before, after, part) === 0) return 'nothing was drawn where it should be';
  return percent(outside, 'of it changed where nothing should be drawn');
}

function faultOfLikeness(wanted: Picture, found: Picture): string | undefined {
  if (!areAlike(wanted, found)) return sizesOf(wanted, found);
  return percent(changedSquares(scaled(wanted, found), found), 'of it looks otherwise');
}

function sizesOf(wanted: Picture, found: Picture): string {
  return `${found.width} × ${found.height} instead of ${wanted.width} × ${wanted.height} pixels`;
}

function percent(share: number, what: string): string | undefined {
  return share > 0 ? `${(share * 100).toFixed(share < 0.01 ? 3 : 0)} % ${what}` : undefined;
}
