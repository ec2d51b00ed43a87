import { AppError } from '../../errors.ts';
import { attachToPages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { boxOnPage, sizeAsSeen } from '../edit/draw/position.ts';
import type { Step } from '../model/step.ts';
import type { Option, OptionValues } from '../model/option.ts';

/** Shows a part of the pages only. */
export const crop: Step = {
  name: 'crop',
  title: 'Crop pages',
  description: 'Shows less of each page, measured as it is read. What is cut off is hidden, not removed.',
  options: {
    left: { ...length('Left', 'To cut off at the left.'), default: 0 },
    top: { ...length('Top', 'To cut off at the top.'), default: 0 },
    right: length('Right', 'To cut off at the right, where no width is given.'),
    bottom: length('Bottom', 'To cut off at the bottom, where no height is given.'),
    width: length('Width', 'Of the part that stays.'),
    height: length('Height', 'Of the part that stays.'),
    unit: {
      type: 'ENUM',
      title: 'Unit',
      description: 'Points, of which an inch has 72, or percent of the page’s width and height.',
      default: 'POINTS',
      enumName: 'CropUnit',
      values: ['POINTS', 'PERCENT'],
    },
    from: {
      type: 'ENUM',
      title: 'Measured from',
      description: 'The page as it is visible, or the whole sheet however it was cropped before.',
      default: 'VISIBLE',
      enumName: 'CropBase',
      values: ['VISIBLE', 'SHEET'],
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to crop, as 1-3,7,9-last; all if left out.',
    },
  },
  plan(documents, options, step) {
    for (const [side, size] of opposites) {
      if (options[side] !== undefined && options[size] !== undefined)
        throw new AppError('INVALID_INPUT', `Give ${side} or ${size}, not both.`, { field: [size] });
    }
    // Percents are the same for every page: what is wrong with them shows before the work.
    if (options.unit === 'PERCENT') remainder(options, 100, 100, 'any page');
    return attachToPages(documents, options, step);
  },
  shape(page, options, { n }) {
    const view = options.from === 'SHEET' ? { ...page, box: page.sheet } : page;
    const [width, height] = sizeAsSeen(view);
    const { left, top, right, bottom } = remainder(options, width, height, `page ${n}`);
    const box = boxOnPage(view, [left, height - bottom, right, height - top]);
    const isSame = box.every((side, index) => Math.abs(side - page.box[index]!) < seen);
    return isSame ? page : { ...page, box };
  },
  summary: ({ pages }) => `${count(pages, 'page')} cropped`,
  nothing: () => 'no page to crop would look different',
};

function length(title: string, description: string): Option {
  return { type: 'FLOAT', title, description, min: 0 };
}

const opposites = [
  ['right', 'width'],
  ['bottom', 'height'],
] as const;

/** Boxes are rounded to less, in points. */
const seen = 0.01;

/** Viewers refuse pages that are smaller, in points. */
const smallest = 3;

/** What stays of a page of this size: distances from its left and its top edge, in points. */
function remainder(options: OptionValues, width: number, height: number, where: string) {
  const [x, y] = options.unit === 'PERCENT' ? [width / 100, height / 100] : [1, 1];
  const left = Number(options.left) * x;
  const top = Number(options.top) * y;
  const ends = (
    side: 'right' | 'bottom',
    start: number,
    size: 'width' | 'height',
    unit: number,
    whole: number,
  ) =>
    options[size] === undefined
      ? whole - Number(options[side] ?? 0) * unit
      : Math.min(whole, start + Number(options[size]) * unit);
  const right = ends('right', left, 'width', x, width);
  const bottom = ends('bottom', top, 'height', y, height);
  for (const [option, length] of [
    ['left', right - left],
    ['top', bottom - top],
  ] as const) {
    if (length >= smallest) continue;
    throw new AppError('INVALID_INPUT', `Cropping would leave nothing to see of ${where}.`, {
      field: [option],
    });
  }
  return { left, top, right, bottom };
}
