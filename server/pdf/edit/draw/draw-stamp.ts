import { cornerAt, originAt, type Pair, type Position, positions, round, sizeAsSeen } from './position.ts';
import type { Drawing, PageView } from '../../model/page.ts';
import type { Option, OptionValues } from '../../model/option.ts';

/** What stamps of text and of images have in common. */
export const stampOptions = {
  position: {
    type: 'ENUM',
    title: 'Position',
    description: 'Where on the page, as it is read.',
    default: 'CENTER',
    enumName: 'Position',
    values: positions,
  },
  margin: {
    type: 'FLOAT',
    title: 'Margin',
    description: 'From the edges of the page, in points.',
    default: 24,
    min: 0,
    max: 2_000,
  },
  angle: {
    type: 'FLOAT',
    title: 'Angle',
    description: 'Degrees counter-clockwise: 45 rises to the right.',
    default: 0,
    min: -360,
    max: 360,
  },
  opacity: {
    type: 'FLOAT',
    title: 'Opacity',
    description: '1 hides what is below, 0.1 is hardly seen.',
    default: 0.3,
    min: 0,
    max: 1,
  },
  tile: {
    type: 'BOOLEAN',
    title: 'All over the page',
    description: 'Repeats the stamp in rows and columns.',
    default: false,
  },
  under: {
    type: 'BOOLEAN',
    title: 'Under the page',
    description: 'Below what is on the page: a filled background hides it.',
    default: false,
  },
  x: {
    type: 'FLOAT',
    title: 'From the left',
    description: 'Points from the left edge to the stamp; beats the position.',
    min: -20_000,
    max: 20_000,
  },
  y: {
    type: 'FLOAT',
    title: 'From the bottom',
    description: 'Points from the bottom edge to the stamp; beats the position.',
    min: -20_000,
    max: 20_000,
  },
  pages: {
    type: 'PAGES',
    title: 'Pages',
    description: 'Which pages to stamp, as 1,3-last; all if left out.',
  },
} as const satisfies Record<string, Option>;

/**
 * Puts something on a page as the options say.
 * @param size of its box in points, before it is turned
 * @param operators that draw it from the origin
 */
export function drawStamp(page: PageView, options: OptionValues, size: Pair, operators: string): Drawing {
  const angle = (Number(options.angle) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [width, height] = size;
  const around: Pair = [
    width * Math.abs(cos) + height * Math.abs(sin),
    width * Math.abs(sin) + height * Math.abs(cos),
  ];
  // About its own middle, so that what is turned stays within its box.
  const x = (around[0] - width * cos + height * sin) / 2;
  const y = (around[1] - width * sin - height * cos) / 2;
  const turn = [cos, sin, -sin, cos].map((value) => Math.round(value * 1e6) / 1e6);
  const opacity = `/OctavoA${Math.round(Number(options.opacity) * 100)}`;
  const drawn = `${turn.join(' ')} ${round(x)} ${round(y)} cm ${opacity} gs ${operators}`;
  const places = options.tile ? tiles(page, around) : [cornerOf(page, options, around)];
  const all = [places.map((place) => `q ${originAt(page, place)} cm ${drawn} Q`).join('\n')];
  return options.under ? { under: all } : { over: all };
}

function cornerOf(page: PageView, options: OptionValues, around: Pair): Pair {
  const [x, y] = cornerAt(page, options.position as Position, around, Number(options.margin));
  return [Number(options.x ?? x), Number(options.y ?? y)];
}

const mostTiles = 400;
const gap = 1.5;

/** Rows and columns around the middle of the page; further apart where there would be too many. */
function tiles(page: PageView, [width, height]: Pair): Pair[] {
  const [pageWidth, pageHeight] = sizeAsSeen(page);
  const least = Math.sqrt((pageWidth * pageHeight) / mostTiles);
  // A page of 10^9 points by one has next to no area, and room for one row of any length.
  const stepX = Math.max(width * gap, width + 24, least, pageWidth / mostTiles);
  const stepY = Math.max(height * gap, height + 48, least, pageHeight / mostTiles);
  const columns = Math.ceil(pageWidth / stepX);
  const rows = Math.ceil(pageHeight / stepY);
  return Array.from({ length: columns * rows }, (_, index): Pair => {
    const column = index % columns;
    const row = Math.floor(index / columns);
    return [
      pageWidth / 2 + (column - (columns - 1) / 2) * stepX - width / 2,
      pageHeight / 2 + (row - (rows - 1) / 2) * stepY - height / 2,
    ];
  });
}
