import { type Chosen, chosen } from '../native/expected.ts';
import type { Part } from './picture.ts';

/** How a page of a result is to look, beside the page that it was. */
export type Look =
  | 'same'
  /** But for what a coder of pictures does to them. */
  | 'close'
  /** By a quarter, clockwise. */
  | 'turned'
  /** This part of it. */
  | { cut: Part }
  /** Something is drawn within this part, and nothing elsewhere. @param aspect the page’s width by its height */
  | { drawn: (aspect: number) => Part };

/** A step as it is tried on every document, and what has to come of it. */
export interface Example {
  /** Beside the step's name, where it has several. */
  as?: string;
  /** @param pages of the document */
  options(pages: number): Record<string, unknown>;
  /** What comes after the document among the inputs. */
  beside?: 'companion' | 'itself';
  /** The pages of each result; those of the document, if left out. @param counts pages of each input */
  results?(counts: readonly number[]): Chosen[][];
  /** `same`, if left out. */
  look?: Look;
  /** Text that is drawn on a page, one-based. */
  writes?(page: number): string;
  /** Words that are printed on a page may be in its text, which had none. */
  adds?: 'text';
  /** It keeps the first page alone: nothing else is to be left in the file. */
  keepsFirst?: true;
  /** Where it is no PDF. */
  makes?: 'text' | 'pictures';
}

/** Stands for the image that `imageStamp` draws. */
export const image = 'image';

/** Three times as wide as high; on a page it is a third as wide as that. */
export const imageSize = { width: 300, height: 100 };

/** Parts that a split makes. */
const parts = 3;

/** Every step by its name; a test fails where one is missing. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  merge: [
    {
      options: () => ({ bookmarks: false }),
      beside: 'companion',
      results: (counts) => [counts.flatMap((count, source) => chosen(source, 1, count))],
    },
  ],
  interleave: [
    {
      options: () => ({}),
      beside: 'itself',
      results: ([count = 0]) => [
        chosen(0, 1, count).flatMap(([, page]): Chosen[] => [
          [0, page],
          [1, page],
        ]),
      ],
    },
  ],
  arrange: [
    {
      options: () => ({ pages: '1:last-1>90' }),
      results: ([count = 0]) => [chosen(0, 1, count).toReversed()],
      look: 'turned',
    },
  ],
  pages: [
    {
      as: 'reversed',
      options: () => ({ select: 'last-1' }),
      results: ([count = 0]) => [chosen(0, 1, count).toReversed()],
    },
    { as: 'the first', options: () => ({ select: '1' }), results: () => [[[0, 1]]], keepsFirst: true },
  ],
  split: [
    {
      options: (pages) => ({ every: partOf(pages) }),
      results: ([count = 0]) =>
        Array.from({ length: Math.ceil(count / partOf(count)) }, (_, index) =>
          chosen(0, index * partOf(count) + 1, Math.min(count, (index + 1) * partOf(count))),
        ),
    },
  ],
  removeBlank: [{ options: () => ({ dryRun: true }) }],
  rotate: [{ options: () => ({ degrees: 90 }), look: 'turned' }],
  crop: [{ options: () => ({ left: 10, bottom: 10, unit: 'PERCENT' }), look: { cut: [0.1, 0, 1, 0.9] } }],
  stamp: [
    {
      options: () => ({ text: 'Stamped', color: '#ff0000', opacity: 1 }),
      look: { drawn: () => [0.1, 0.1, 0.9, 0.9] },
      writes: () => 'Stamped',
    },
  ],
  imageStamp: [
    {
      options: () => ({ image }),
      look: { drawn: (aspect) => [0.3, 0.45 - aspect / 18, 0.7, 0.55 + aspect / 18] },
    },
  ],
  pageNumbers: [
    { options: () => ({}), look: { drawn: () => [0.2, 0, 0.8, 1] }, writes: (page) => String(page) },
  ],
  metadata: [
    { as: 'title', options: () => ({ title: 'A title' }) },
    { as: 'strip', options: () => ({ strip: true }) },
  ],
  ocr: [{ options: () => ({}), adds: 'text' }],
  optimize: [
    { as: 'lossless', options: () => ({}) },
    { as: 'lossy', options: () => ({ imageQuality: 60, maxDpi: 150 }), look: 'close' },
  ],
  extractText: [{ options: () => ({}), makes: 'text' }],
  images: [{ options: () => ({ dpi: 36 }), makes: 'pictures' }],
};

function partOf(pages: number): number {
  return Math.ceil(pages / parts);
}
