import { AppError } from '../../errors.ts';
import { attachToPages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { capHeight, encode, widthOf } from '../edit/draw/font.ts';
import { highestIn, numberStyles, numeral } from '../edit/draw/numerals.ts';
import type { NumberStyle } from '../edit/draw/numerals.ts';
import { cornerAt, originAt, positions, round } from '../edit/draw/position.ts';
import { refuseUnwritable } from '../edit/draw/refuse-unwritable.ts';
import type { Position } from '../edit/draw/position.ts';
import type { Step } from '../model/step.ts';
import type { DocumentPlan, PageTask } from '../model/document.ts';
import type { OptionValues } from '../model/option.ts';

/** Writes a number on every page: page 3 of 12, or Bates numbers such as ACME-000123. */
export const pageNumbers: Step = {
  name: 'pageNumbers',
  title: 'Number pages',
  description: 'Writes a number on every page, upright as the page is read.',
  options: {
    format: {
      type: 'STRING',
      title: 'Format',
      description: '{n} is the number, {total} the number of pages: “{n} / {total}”.',
      default: '{n}',
      maxLength: 200,
    },
    position: {
      type: 'ENUM',
      title: 'Position',
      description: 'Where on the page.',
      default: 'BOTTOM_CENTER',
      enumName: 'Position',
      values: positions,
    },
    start: {
      type: 'INT',
      title: 'First number',
      description: 'The number of the first page.',
      default: 1,
      min: 0,
      max: 999_999_999,
    },
    prefix: {
      type: 'STRING',
      title: 'Prefix',
      description: 'Put before each number, as ACME-.',
      default: '',
      maxLength: 100,
    },
    width: {
      type: 'INT',
      title: 'Digits',
      description: 'Fill with zeros to this many digits: 6 makes 000123.',
      default: 0,
      min: 0,
      max: 20,
    },
    size: {
      type: 'FLOAT',
      title: 'Size',
      description: 'Of the letters, in points.',
      default: 10,
      min: 4,
      max: 144,
    },
    style: {
      type: 'ENUM',
      title: 'Style',
      description: 'Figures, Roman numerals (up to 3,999) or letters, for {total} as well.',
      default: 'DECIMAL',
      enumName: 'NumberStyle',
      values: numberStyles,
    },
    margin: {
      type: 'FLOAT',
      title: 'Margin',
      description: 'To the edges of the page, in points.',
      default: 24,
      min: 0,
      max: 1_000,
    },
    facing: {
      type: 'BOOLEAN',
      title: 'Facing pages',
      description: 'Left and right change places on even pages, as in a book.',
      default: false,
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to number, as 2-last; all if left out.',
    },
  },
  plan(documents, options, step) {
    refuseUnwritable(options, 'format', 'prefix');
    checkStyle(documents, options);
    return attachToPages(documents, options, step);
  },
  draw(page, options, task) {
    const size = Number(options.size);
    const text = label(options, task);
    const box = [widthOf(text, size), size * capHeight] as const;
    const at = originAt(page, cornerAt(page, positionOn(task.n, options), box, Number(options.margin)));
    return { over: [`q ${at} cm BT /OctavoF0 ${round(size)} Tf 0 g ${encode(text)} Tj ET Q`] };
  },
  summary: ({ pages }) => `${count(pages, 'page')} numbered`,
  nothing: () => 'there was no page to number',
};

/** Not every number has a numeral in every style. */
function checkStyle(documents: readonly DocumentPlan[], options: OptionValues): void {
  const style = options.style as NumberStyle;
  if (style === 'DECIMAL') return;
  const start = Number(options.start);
  const last = start - 1 + Math.max(0, ...documents.map(({ pages }) => pages.length));
  if (start < 1 || last > highestIn(style)) {
    const message = `The numbers ${start} to ${last} cannot all be written in this style.`;
    throw new AppError('INVALID_INPUT', message, { field: ['style'] });
  }
}

function positionOn(n: number, { position, facing }: OptionValues): Position {
  const sides = { LEFT: 'RIGHT', RIGHT: 'LEFT' } as const;
  if (facing !== true || n % 2 === 1) return position as Position;
  return String(position).replace(/LEFT|RIGHT/, (side) => sides[side as keyof typeof sides]) as Position;
}

/** `start` is the number of the document's first page, so that numbering `2-last` from 1 begins with a 2. */
function label(options: OptionValues, { n, total }: PageTask): string {
  const style = options.style as NumberStyle;
  const digits = style === 'DECIMAL' ? Number(options.width) : 0;
  const number = numeral(Number(options.start) + n - 1, style).padStart(digits, '0');
  const text = String(options.format).replace(/\{(n|total)\}/g, (_, key) =>
    key === 'n' ? number : numeral(total, style),
  );
  return `${String(options.prefix)}${text}`;
}
