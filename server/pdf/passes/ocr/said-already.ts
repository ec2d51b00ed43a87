import type { PageView } from '../../model/page.ts';
import { sizeAsSeen } from '../../edit/draw/position.ts';
import { type Run, turn } from '../text/text-run.ts';
import { inPicture, type Line, placeOf, type Straightened } from './text-layer.ts';

/** Lines without the words that the page's own text has where they are printed: they would be found twice. */
export function withoutSaid(
  lines: readonly Line[],
  picture: Straightened,
  page: PageView,
  runs: readonly Run[],
): Line[] {
  if (runs.length === 0) return [...lines];
  const [a, b, c, d, e, f] = placeOf(picture, page);
  const [, height] = sizeAsSeen(page);
  return lines.flatMap((line) => {
    const words = line.words.filter(({ text, from, to }) => {
      const middle = { turns: line.turns, baseline: line.baseline - line.ascent / 3 };
      const [x, down] = inPicture(middle, (from + to) / 2);
      const y = picture.straight.height - down;
      const [right, up] = [a * x + c * y + e, b * x + d * y + f];
      return !runs.some((run) => run.text.includes(text) && isWithin(run, right, height - up));
    });
    return words.length > 0 ? [{ ...line, words }] : [];
  });
}

/** @param x points from the top left of the page as shown, as `y` */
function isWithin({ angle, left, right, top, bottom }: Run, x: number, y: number): boolean {
  const [along, down] = turn(x, y, -angle);
  return left <= along && along <= right && top <= down && down <= bottom;
}
