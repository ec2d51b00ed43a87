import { unseen } from '../../edit/embed-unseen-font.ts';
import { originAt, sizeAsSeen } from '../../edit/draw/position.ts';
import type { PageView } from '../../model/page.ts';
import type { Size } from '../images/renderer.ts';

/**
 * A line of print in a straightened picture. Places are in pixels, from the top left, as they would be if the picture
 * were turned back by the line's own turns.
 */
export interface Line {
  /** Quarters, clockwise: most lines have none, but a caption may run up the side of a table. */
  turns: number;
  /** What its letters stand on. */
  baseline: number;
  /** From there to the head of an “h”. */
  ascent: number;
  /** In the order in which they are read. */
  words: readonly Word[];
}

export interface Word {
  text: string;
  from: number;
  to: number;
}

/** A picture of a page as shown, and the same straightened. */
export interface Straightened {
  drawn: Size;
  straight: Size;
  /** Radians that the print was turned by, clockwise. */
  angle: number;
}

/**
 * Writes lines over the page where they are printed: nobody sees them, readers find, mark and copy them.
 * @param artifact the page is tagged: what is not among its tags must say so (ISO 14289-1, 7.1)
 */
export function writeLines(
  lines: readonly Line[],
  picture: Straightened,
  page: PageView,
  artifact: boolean,
): string {
  const text = lines.map((line) => writeLine(line, picture.straight.height)).join('\n');
  const place = placeOf(picture, page).map((value) => Number(value.toFixed(6)));
  const drawn = `q ${originAt(page, [0, 0])} cm ${place.join(' ')} cm\nBT 3 Tr\n${text}\nET\nQ`;
  return artifact ? `/Artifact BMC\n${drawn}\nEMC` : drawn;
}

/** Each word is stretched to its width, and the space behind it to the gap. */
function writeLine({ turns, baseline, ascent, words }: Line, height: number): string {
  const size = Math.max(4, Math.round(ascent / unseen.ascent));
  const show = (text: string, width: number): string => {
    const stretch = (100 * width) / (text.length * unseen.advance * size);
    return `${Math.round(10 * stretch) / 10} Tz<${Buffer.from(text, 'utf16le').swap16().toString('hex')}>Tj`;
  };
  let at = words[0]!.from;
  const [x, y] = inPicture({ turns, baseline }, at);
  const shown = words.map(({ text, from, to }, index) => {
    const moved = from === at ? '' : `${from - at} 0 Td `;
    at = from;
    const next = words[index + 1];
    const gap = next ? ` ${show(' ', Math.max(1, next.from - to))}` : '';
    return `${moved}${show(text, Math.max(1, to - from))}${gap}`;
  });
  const axes = ['1 0 0 1', '0 -1 1 0', '-1 0 0 -1', '0 1 -1 0'][turns]!;
  return `/OctavoO0 ${size} Tf ${axes} ${x} ${height - y} Tm\n${shown.join('\n')}`;
}

/** Where in the picture a place on a line's baseline is: pixels from the top left. */
export function inPicture(
  { turns, baseline }: Pick<Line, 'turns' | 'baseline'>,
  along: number,
): readonly [x: number, y: number] {
  return (
    [
      [along, baseline],
      [-baseline, along],
      [-along, -baseline],
      [baseline, -along],
    ] as const
  )[turns]!;
}

type Matrix = readonly [number, number, number, number, number, number];

/** From the straightened picture, its origin at the bottom left, to the page as shown, in points. */
export function placeOf({ drawn, straight, angle }: Straightened, page: PageView): Matrix {
  const [width, height] = sizeAsSeen(page);
  const [scaleX, scaleY] = [width / drawn.width, height / drawn.height];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [straight.width / 2, straight.height / 2];
  return [
    scaleX * cos,
    -scaleY * sin,
    scaleX * sin,
    scaleY * cos,
    width / 2 - scaleX * (cos * x + sin * y),
    height / 2 + scaleY * (sin * x - cos * y),
  ];
}
