import { most } from '../../bounds.ts';
import { AppError } from '../../errors.ts';
import type { Option, OptionValue, OptionValues } from '../model/option.ts';

/** What has options: a step, or an option of type OBJECT. */
export interface Declared {
  /** In a sentence. */
  name: string;
  options: Readonly<Record<string, Option>>;
  /** Where its options are, in a problem's `field`. */
  path: readonly string[];
}

/** Checks values against their declarations and fills the defaults in. What is wrong with them is added to `problems`. */
export function parseOptions(
  { name, options, path }: Declared,
  given: Readonly<Record<string, unknown>>,
  problems: AppError[],
): OptionValues {
  const complain = (message: string, option: string): void => {
    problems.push(new AppError('INVALID_INPUT', message, { field: [...path, option] }));
  };
  // Own, known names only: what a client calls `__proto__` never becomes a key of ours.
  const values = new Map(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
  for (const key of values.keys())
    if (!Object.hasOwn(options, key)) complain(`“${name}” has no option “${key}”.`, key);
  const parsed: Record<string, OptionValue> = {};
  for (const [key, option] of Object.entries(options)) {
    const value = values.get(key);
    if (value === undefined) {
      if (option.required) complain(`“${option.title}” is missing.`, key);
      if (option.default !== undefined) parsed[key] = option.default;
      continue;
    }
    const fault = option.list ? faultOfList(option, value) : faultOf(option, value);
    if (fault !== undefined) complain(`“${option.title}” ${fault}.`, key);
    else
      parsed[key] =
        option.type === 'OBJECT'
          ? parseObjects(option, value as Objects, [...path, key], problems)
          : (value as OptionValue);
  }
  return parsed;
}

/** Characters that a value may have, or each of a list; undefined where it is no text. */
export function maxLengthOf({ type, maxLength }: Option): number | undefined {
  return { STRING: maxLength, PAGES: maxLength ?? most.pageRanges, COLOR: 40, FILE: most.id }[type as string];
}

export function maxItemsOf({ list, maxItems = most.entries }: Option): number | undefined {
  return list ? maxItems : undefined;
}

type Given = Readonly<Record<string, unknown>>;
type Objects = Given | readonly Given[];

function parseObjects(
  { title: name, fields: options = {} }: Option,
  given: Objects,
  path: readonly string[],
  problems: AppError[],
): OptionValues | OptionValues[] {
  if (!isList(given)) return parseOptions({ name, options, path }, given, problems);
  const before = problems.length;
  const parsed: OptionValues[] = [];
  for (const [index, item] of given.entries()) {
    parsed.push(parseOptions({ name, options, path: [...path, String(index)] }, item, problems));
    // There may be thousands like it.
    if (problems.length > before) break;
  }
  return parsed;
}

function isList(given: Objects): given is readonly Given[] {
  return Array.isArray(given);
}

function faultOfList(option: Option, value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'must be a list';
  const maxItems = maxItemsOf(option)!;
  if (value.length > maxItems) return `has more than ${maxItems} entries`;
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
      if (typeof value !== 'string') return 'must be a page range like 1-3,7,9-last';
      return faultOfLength(option, value);
    case 'FILE':
      return typeof value === 'string' && value.length <= most.id ? undefined : 'must be the id of an upload';
    case 'STRING':
      if (typeof value !== 'string') return 'must be text';
      return faultOfLength(option, value) ?? faultOfSigns(option, value);
    case 'OBJECT':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? undefined
        : `must be an object of ${Object.keys(option.fields ?? {}).join(', ')}`;
  }
}

function faultOfNumber({ min, max, multipleOf }: Option, value: number): string | undefined {
  if (min !== undefined && value < min) return `must be at least ${min}`;
  if (max !== undefined && value > max) return `must be at most ${max}`;
  if (multipleOf !== undefined && value % multipleOf !== 0) return `must be a multiple of ${multipleOf}`;
  return undefined;
}

function faultOfLength(option: Option, text: string): string | undefined {
  const maxLength = maxLengthOf(option) ?? Infinity;
  return text.length > maxLength ? `is longer than ${maxLength} characters` : undefined;
}

function faultOfSigns({ multiline }: Option, value: string): string | undefined {
  const line = multiline ? value.replace(/\r?\n/g, '') : value;
  return /\p{Cc}/u.test(line) ? 'contains a control character' : undefined;
}
