import { most } from '../bounds.ts';
import { AppError } from '../errors.ts';
import type { Step, StepCall } from './model/step.ts';
import { findStep } from './registry.ts';
import type { Option, OptionValues } from './model/option.ts';

export interface RawStep {
  name: string;
  options: Record<string, unknown>;
}

/**
 * Checks what was asked against the steps' declarations and fills the defaults in. Reports every problem at once;
 * a problem's `field` is `[step index, step name, option]`. `calls` is whole only where there are no problems.
 */
export function parseSteps(raw: readonly RawStep[]): { calls: StepCall[]; problems: AppError[] } {
  const problems: AppError[] = [];
  const calls: StepCall[] = [];
  for (const [index, { name, options }] of raw.entries()) {
    const step = findStep(name);
    if (step) calls.push({ name, options: parseOptions(step, options, [String(index), name], problems) });
    else
      problems.push(
        new AppError('INVALID_INPUT', `There is no step “${name}”.`, { field: [String(index), name] }),
      );
  }
  return { calls, problems };
}

/** Characters that a value may have, or each of a list; undefined where it is no text. */
export function maxLengthOf({ type, maxLength }: Option): number | undefined {
  return { STRING: maxLength, PAGES: most.pageRanges, COLOR: 40, FILE: most.id }[type as string];
}

function parseOptions(
  step: Step,
  given: Record<string, unknown>,
  path: readonly string[],
  problems: AppError[],
): OptionValues {
  const complain = (message: string, option?: string): void => {
    problems.push(
      new AppError('INVALID_INPUT', message, { field: option === undefined ? path : [...path, option] }),
    );
  };
  // Own, known names only: what a client calls `__proto__` never becomes a key of ours.
  const values = new Map(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
  for (const key of values.keys()) {
    if (!Object.hasOwn(step.options, key)) complain(`“${step.name}” has no option “${key}”.`, key);
  }
  const parsed: Record<string, OptionValues[string]> = {};
  for (const [key, option] of Object.entries(step.options)) {
    const value = values.get(key);
    if (value === undefined) {
      if (option.required) complain(`“${option.title}” is missing.`, key);
      if (option.default !== undefined) parsed[key] = option.default;
      continue;
    }
    const fault = option.list ? faultOfList(option, value) : faultOf(option, value);
    if (fault === undefined) parsed[key] = value as OptionValues[string];
    else complain(`“${option.title}” ${fault}.`, key);
  }
  const names = Object.keys(step.options);
  if (step.exactlyOne && names.filter((key) => values.has(key)).length !== 1) {
    complain(`Give exactly one of ${names.join(', ')}.`);
  }
  for (const key of step.exactlyOne ? names : [])
    if (values.get(key) === false) complain(`“${step.options[key]!.title}” can only be true.`, key);
  return parsed;
}

function faultOfList(option: Option, value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'must be a list';
  if (value.length > most.entries) return `has more than ${most.entries} entries`;
  return value.map((item) => faultOf(option, item)).find((fault) => fault !== undefined);
}

/** What is wrong with a value, to follow the option's title in a sentence. */
function faultOf(option: Option, value: unknown): string | undefined {
  switch (option.type) {
    case 'BOOLEAN':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'INT':
      return Number.isSafeInteger(value) ? faultOfNumber(option, Number(value)) : 'must be a whole number';
    case 'FLOAT':
      return Number.isFinite(value) ? faultOfNumber(option, Number(value)) : 'must be a number';
    case 'ENUM':
      return option.values?.includes(String(value))
        ? undefined
        : `must be one of ${option.values?.join(', ')}`;
    case 'COLOR':
      return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)
        ? undefined
        : 'must be a colour like #808080';
    case 'PAGES':
      return typeof value === 'string' ? undefined : 'must be a page range like 1-3,7,9-last';
    case 'FILE':
      return typeof value === 'string' && value.length <= most.id ? undefined : 'must be the id of an upload';
    case 'STRING':
      return faultOfText(option, value);
  }
}

function faultOfNumber({ min, max, multipleOf }: Option, value: number): string | undefined {
  if (min !== undefined && value < min) return `must be at least ${min}`;
  if (max !== undefined && value > max) return `must be at most ${max}`;
  if (multipleOf !== undefined && value % multipleOf !== 0) return `must be a multiple of ${multipleOf}`;
  return undefined;
}

function faultOfText({ maxLength }: Option, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (maxLength !== undefined && value.length > maxLength) return `is longer than ${maxLength} characters`;
  return /\p{Cc}/u.test(value) ? 'contains a control character' : undefined;
}
