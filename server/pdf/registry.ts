import type { Step } from './model/step.ts';
import { crop } from './steps/crop.ts';
import { extractText } from './steps/extract-text.ts';
import { imageStamp } from './steps/image-stamp.ts';
import { images } from './steps/images.ts';
import { interleave } from './steps/interleave.ts';
import { merge } from './steps/merge.ts';
import { metadata } from './steps/metadata.ts';
import { optimize } from './steps/optimize.ts';
import { pageNumbers } from './steps/page-numbers.ts';
import { pages } from './steps/pages.ts';
import { rotate } from './steps/rotate.ts';
import { split } from './steps/split.ts';
import { stamp } from './steps/stamp.ts';

/** Every way to change a PDF, in the order a form offers them. */
export const steps: readonly Step[] = [
  merge,
  interleave,
  pages,
  split,
  rotate,
  crop,
  stamp,
  imageStamp,
  pageNumbers,
  metadata,
  optimize,
  extractText,
  images,
];
