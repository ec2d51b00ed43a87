import { attachToPages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { fillIn, valuesOf } from '../edit/draw/placeholders.ts';
import { round, sizeAsSeen } from '../edit/draw/position.ts';
import { refuseUnwritable } from '../edit/draw/refuse-unwritable.ts';
import { type Alignment, alignments, setText, type SetText } from '../edit/draw/set-text.ts';
import { drawStamp, stampOptions } from '../edit/draw/draw-stamp.ts';
import type { Step } from '../model/step.ts';
import type { PageView } from '../model/page.ts';

/** Writes words across pages: DRAFT, Confidential, a name. */
export const stamp: Step = {
  name: 'stamp',
  title: 'Stamp text',
  description: 'Writes words on pages, over or under what is there, once or all over.',
  options: {
    text: {
      type: 'STRING',
      title: 'Text',
      description:
        'One line or several. {n} is the page’s number, {total} the number of pages, {file} the document’s name, ' +
        '{date} and {time} when the job was made, in UTC; {{ and }} are braces.',
      required: true,
      multiline: true,
      maxLength: 1_000,
    },
    align: {
      type: 'ENUM',
      title: 'Alignment',
      description: 'Of several lines.',
      default: 'CENTER',
      enumName: 'Alignment',
      values: alignments,
    },
    ...stampOptions,
    color: {
      type: 'COLOR',
      title: 'Color',
      description: 'As #808080.',
      default: '#808080',
    },
    size: {
      type: 'FLOAT',
      title: 'Size',
      description: 'Of the letters, in points; if left out as large as the page bears.',
      min: 4,
      max: 1_000,
    },
  },
  plan(documents, options, step) {
    refuseUnwritable(documents, options, 'text');
    return attachToPages(documents, options, step);
  },
  async draw(page, options, task, { date }) {
    const filled = fillIn(String(options.text), valuesOf(task, date));
    const text = await setText(filled, options.align as Alignment);
    const size = Number(options.size ?? fittingSize(page, text));
    const box = [text.width * size, text.height * size] as const;
    const color = [1, 3, 5].map((at) =>
      round(Number.parseInt(String(options.color).slice(at, at + 2), 16) / 255),
    );
    return drawStamp(page, options, box, `BT ${color.join(' ')} rg ${text.operators(size)} ET`);
  },
  summary: ({ pages }, { text }) =>
    `${count(pages, 'page')} stamped “${String(text)
      .trim()
      .split(/\s*\n\s*/)
      .join(' / ')}”`,
  nothing: () => 'there was no page to stamp',
};

/** Some two thirds of the page's shorter side, whichever way the text runs. */
function fittingSize(page: PageView, { width, height }: SetText): number {
  const room = (2 / 3) * Math.min(...sizeAsSeen(page));
  return Math.max(4, Math.min(room / width, room / height, room / 2));
}
