import { AppError } from '../../errors.ts';
import { attachToPages } from '../attach.ts';
import { capHeight, encode, unencodable, widthOf } from '../draw/helvetica.ts';
import { place, positions, round } from '../draw/position.ts';
import type { Position } from '../draw/position.ts';
import type { OptionValues, PageTask, Step } from '../step.ts';

const margin = 24;

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
    pages: {
      type: 'PAGES',
      title: 'Pages',
      description: 'Which pages to number, as 2-last; all if left out.',
    },
  },
  plan(documents, options, step) {
    for (const option of ['format', 'prefix'] as const) {
      const character = unencodable(String(options[option]));
      if (character !== undefined) {
        throw new AppError(
          'INVALID_INPUT',
          `The character “${character}” cannot be written on pages yet. Leave it out.`,
          {
            field: [option],
          },
        );
      }
    }
    return attachToPages(documents, options, step);
  },
  patch(page, options, task) {
    const size = Number(options.size);
    const text = label(options, task);
    const at = place(page, options.position as Position, widthOf(text, size), size * capHeight, margin);
    return { overlay: `q ${at} cm BT /OctavoF ${round(size)} Tf 0 g ${encode(text)} Tj ET Q` };
  },
  summary: (_, pages) => `${pages === 1 ? '1 page' : `${pages} pages`} numbered`,
};

/** `start` is the number of the document's first page, so that numbering `2-last` from 1 begins with a 2. */
function label(options: OptionValues, { n, total }: PageTask): string {
  const number = String(Number(options.start) + n - 1).padStart(Number(options.width), '0');
  const text = String(options.format).replace(/\{(n|total)\}/g, (_, key) =>
    key === 'n' ? number : String(total),
  );
  return `${String(options.prefix)}${text}`;
}
