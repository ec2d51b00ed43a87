import { attachToPages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { capHeight, encode, widthOf } from '../edit/draw/font.ts';
import { round, sizeAsSeen } from '../edit/draw/position.ts';
import { refuseUnwritable } from '../edit/draw/refuse-unwritable.ts';
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
      description: 'Latin, Greek and Cyrillic letters.',
      required: true,
      maxLength: 200,
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
  draw(page, options) {
    const text = String(options.text);
    const size = Number(options.size ?? fittingSize(page, text));
    const box = [widthOf(text, size), size * capHeight] as const;
    const color = [1, 3, 5].map((at) =>
      round(Number.parseInt(String(options.color).slice(at, at + 2), 16) / 255),
    );
    const write = `BT /OctavoF0 ${round(size)} Tf ${color.join(' ')} rg ${encode(text)} Tj ET`;
    return drawStamp(page, options, box, write);
  },
  summary: ({ pages }, { text }) => `${count(pages, 'page')} stamped “${String(text)}”`,
  nothing: () => 'there was no page to stamp',
};

/** Some two thirds of the page's shorter side, whichever way the text runs. */
function fittingSize(page: PageView, text: string): number {
  const room = (2 / 3) * Math.min(...sizeAsSeen(page));
  return Math.max(4, Math.min(room / widthOf(text, 1), room / 2));
}
