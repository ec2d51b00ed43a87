import { attachToPages } from '../plan/attach.ts';
import { count } from '../../count.ts';
import { round, sizeAsSeen } from '../edit/draw/position.ts';
import { drawStamp, stampOptions } from '../edit/draw/draw-stamp.ts';
import type { Step } from '../model/step.ts';

/** Puts an uploaded image on pages: a logo, a signature, a seal. */
export const imageStamp: Step = {
  name: 'imageStamp',
  title: 'Stamp an image',
  description: 'Puts a PNG or JPEG on pages, over or under what is there, once or all over.',
  addons: true,
  options: {
    image: {
      type: 'FILE',
      title: 'Image',
      description: 'An upload of yours, PNG or JPEG.',
      required: true,
    },
    ...stampOptions,
    opacity: { ...stampOptions.opacity, default: 1 },
    width: {
      type: 'FLOAT',
      title: 'Width',
      description: 'Of the image, in points; if left out a third of the page’s.',
      min: 1,
      max: 20_000,
    },
  },
  plan: attachToPages,
  draw(page, options, _, { pictures }) {
    const image = String(options.image);
    const { width: columns, height: rows } = pictures.get(image)!;
    const width = Number(options.width ?? sizeAsSeen(page)[0] / 3);
    const height = (width * rows) / columns;
    const name = `/OctavoI${[...pictures.keys()].indexOf(image)}`;
    return drawStamp(
      page,
      options,
      [width, height],
      `${round(width)} 0 0 ${round(height)} 0 0 cm ${name} Do`,
    );
  },
  summary: ({ pages }) => `${count(pages, 'page')} stamped with an image`,
  nothing: () => 'there was no page to stamp',
};
