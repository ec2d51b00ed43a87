import { AppError } from '../errors.ts';
import type { BoundStep } from '../pdf/model/step.ts';

/**
 * What a pass failed with, and where a step is to blame, which one and what of it: what pages there are is known to some
 * steps only when those before them are done.
 * @param calls the steps of the pass
 * @param before how many steps the passes before it have
 */
export function blameStep(error: unknown, calls: readonly BoundStep[], before: number): unknown {
  if (!(error instanceof AppError)) return error;
  const [index, , option = ''] = error.field;
  const call = calls[Number(index)];
  if (index === undefined || !call) return error;
  const { title, options } = call.step;
  const what = Object.hasOwn(options, option) ? `, “${options[option]!.title}”` : '';
  const number = before + Number(index);
  const message = `Step ${number + 1}, “${title}”${what}: ${error.message}`;
  const field = [String(number), ...error.field.slice(1)];
  return new AppError(error.code, message, { field, cause: error });
}
