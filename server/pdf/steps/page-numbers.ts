import { AppError } from '../../errors.ts';
import { attachToPages, countPages } from '../plan/attach.ts';
import { nameNow } from '../plan/result-names.ts';
import { count } from '../../count.ts';
import { highestIn, numberStyles, numeral } from '../edit/draw/numerals.ts';
import type { NumberStyle } from '../edit/draw/numerals.ts';
import { fillIn, valuesOf } from '../edit/draw/placeholders.ts';
import { cornerAt, originAt, positions } from '../edit/draw/position.ts';
import { refuseUnwritable } from '../edit/draw/refuse-unwritable.ts';
import { setText } from '../edit/draw/set-text.ts';
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
      description:
        'As “{n} / {total}”: {n} is the number, {total} the number of pages, {file} the document’s name, {date} and ' +
        '{time} when the job was made, in UTC; {{ and }} are braces.',
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
    across: {
      type: 'BOOLEAN',
      title: 'Across all documents',
      description: 'Goes on from one document to the next, and {total} counts the pages of all.',
      default: false,
    },
    facing: {
      type: 'BOOLEAN',
      title: 'Facing pages',
      description: 'Left and right change places on each document’s even pages, as in a book.',
      default: false,
    },
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description:
        'Which pages to number, as 2-last; all if left out. Those between them count all the same.',
    },
  },
  plan(documents, options, step) {
    refuseUnwritable(documents, options, 'format', 'prefix');
    checkStyle(documents, options);
    return attachToPages(documents, options, step);
  },
  async draw(page, options, task, { date }) {
    const size = Number(options.size);
    const text = await setText(label(options, task, date));
    const box = [text.width * size, text.height * size] as const;
    const at = originAt(page, cornerAt(page, positionOn(task.n, options), box, Number(options.margin)));
    return { over: [`q ${at} cm BT 0 g ${text.operators(size)} ET Q`] };
  },
  summary: ({ pages }) => `${count(pages, 'page')} numbered`,
  notes(documents, options) {
    if (options.across !== true) return [];
    const told = documents.flatMap((document) => {
      const { selection, document: place } = document.pages.attached!.steps.at(-1)!;
      const pages = selection?.ascending().list() ?? [0, document.pages.length - 1];
      if (pages.length === 0) return [];
      const [first, last] = [pages[0]!, pages.at(-1)!].map(
        (page) => `${String(options.prefix)}${numberOf(options, place.before + page + 1)}`,
      );
      return `${nameNow(document)}: ${first === last ? first : `${first} to ${last}`}`;
    });
    const rest = told.length - mostTold;
    if (rest <= 0) return told;
    return [...told.slice(0, mostTold), `${count(rest, 'more file')}, the last one ${told.at(-1)}`];
  },
  nothing: () => 'there was no page to number',
};

/** More documents would fill the timeline. */
const mostTold = 100;

/** Not every number has a numeral in every style. */
function checkStyle(documents: readonly DocumentPlan[], options: OptionValues): void {
  const style = options.style as NumberStyle;
  if (style === 'DECIMAL') return;
  const start = Number(options.start);
  // Each part will have fewer.
  if (start >= 1 && options.across !== true && documents.some(({ undecided }) => undecided)) return;
  const most =
    options.across === true
      ? countPages(documents)
      : Math.max(0, ...documents.map(({ pages }) => pages.length));
  const last = start - 1 + most;
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

function label(options: OptionValues, task: PageTask, date: string): string {
  const { before, all } = task.document;
  const [n, total] = options.across === true ? [before + task.n, all] : [task.n, task.total];
  const values = {
    ...valuesOf(task, date),
    n: numberOf(options, n),
    total: numeral(total, options.style as NumberStyle),
  };
  return `${String(options.prefix)}${fillIn(String(options.format), values)}`;
}

/** `start` is the number of the first page, so that numbering `2-last` from 1 begins with a 2. */
function numberOf(options: OptionValues, n: number): string {
  const style = options.style as NumberStyle;
  const digits = style === 'DECIMAL' ? Number(options.width) : 0;
  return numeral(Number(options.start) + n - 1, style).padStart(digits, '0');
}
