import { AppError } from '../errors.ts';
import type { BoundStep, Step, StepCall } from './model/step.ts';
import { arrange } from './steps/arrange.ts';
import { crop } from './steps/crop.ts';
import { extractText } from './steps/extract-text.ts';
import { imageStamp } from './steps/image-stamp.ts';
import { images } from './steps/images.ts';
import { interleave } from './steps/interleave.ts';
import { merge } from './steps/merge.ts';
import { metadata } from './steps/metadata.ts';
import { ocr } from './steps/ocr.ts';
import { optimize } from './steps/optimize.ts';
import { pageNumbers } from './steps/page-numbers.ts';
import { pages } from './steps/pages.ts';
import { removeBlank } from './steps/remove-blank.ts';
import { rotate } from './steps/rotate.ts';
import { split } from './steps/split.ts';
import { stamp } from './steps/stamp.ts';

/** Every way to change a PDF, in the order a form offers them. */
export const steps: readonly Step[] = [
  merge,
  interleave,
  arrange,
  pages,
  removeBlank,
  split,
  rotate,
  crop,
  stamp,
  imageStamp,
  pageNumbers,
  metadata,
  ocr,
  optimize,
  extractText,
  images,
];

/** Undefined where there is none of this name, as in a job of a newer version. */
export function findStep(name: string): Step | undefined {
  return steps.find((step) => step.name === name);
}

/** @throws AppError INVALID_INPUT where there is none of this name */
export function stepOf({ name }: { name: string }): Step {
  const step = findStep(name);
  if (!step) throw new AppError('INVALID_INPUT', `There is no step “${name}”.`);
  return step;
}

/** Stored steps with what they are. @throws AppError INVALID_INPUT, its `field` the index of a step that there is not */
export function bind(calls: readonly StepCall[]): BoundStep[] {
  return calls.map((call, index) => {
    try {
      return { ...call, step: stepOf(call) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, error.message, { field: [String(index)], cause: error });
    }
  });
}
