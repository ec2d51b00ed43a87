import { AppError } from '../errors.ts';
import type { OptionValues } from './model/option.ts';
import type { Step, StepCall } from './model/step.ts';
import { parseOptions } from './plan/parse-options.ts';
import { findStep } from './registry.ts';

export interface RawStep {
  name: string;
  options: Record<string, unknown>;
}

/**
 * Checks what was asked against the steps' declarations and fills the defaults in. Reports every problem at once, of a
 * list of objects those of the first that has some; a problem's `field` is `[step index, step name, option]`, and goes
 * on into objects. `calls` is whole only where there are no problems.
 */
export function parseSteps(raw: readonly RawStep[]): { calls: StepCall[]; problems: AppError[] } {
  const problems: AppError[] = [];
  const calls: StepCall[] = [];
  for (const [index, { name, options }] of raw.entries()) {
    const step = findStep(name);
    const path = [String(index), name];
    if (step) calls.push({ name, options: parseOptionsOf(step, options, path, problems) });
    else problems.push(new AppError('INVALID_INPUT', `There is no step “${name}”.`, { field: path }));
  }
  return { calls, problems };
}

function parseOptionsOf(
  { name, options, exactlyOne }: Step,
  given: RawStep['options'],
  path: readonly string[],
  problems: AppError[],
): OptionValues {
  const parsed = parseOptions({ name, options, path }, given, problems);
  const names = Object.keys(options);
  const count = names.filter((key) => Object.hasOwn(given, key) && (given[key] ?? null) !== null).length;
  if (exactlyOne && count !== 1)
    problems.push(new AppError('INVALID_INPUT', `Give exactly one of ${names.join(', ')}.`, { field: path }));
  for (const key of exactlyOne ? names : [])
    if (given[key] === false)
      problems.push(
        new AppError('INVALID_INPUT', `“${options[key]!.title}” can only be true.`, {
          field: [...path, key],
        }),
      );
  return parsed;
}
