import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { most } from '../server/bounds.ts';
import { AppError } from '../server/errors.ts';

/** What an argument or input field may be, declared with it: of each text the length, of each list the items. */
export interface InputBounds {
  /** Characters of a text (UTF-16 code units); in a list, of each. An ID has a bound by itself. */
  maxLength?: number;
  maxItems?: number;
  min?: number;
  max?: number;
}

/** All that is wrong with coerced arguments beside their types: each an INVALID_INPUT with the path to it. */
export function faultsOf(
  declared: readonly (GraphQLArgument | GraphQLInputField)[],
  given: Readonly<Record<string, unknown>>,
  path: readonly string[] = [],
): AppError[] {
  return declared.flatMap(({ name, type, extensions }) =>
    faultsOfValue(type, given[name], boundsOf(extensions), [...path, name]),
  );
}

export function boundsOf(extensions: Readonly<Record<string, unknown>>): InputBounds {
  return extensions.bounds as InputBounds;
}

function faultsOfValue(
  type: GraphQLInputType,
  value: unknown,
  bounds: InputBounds,
  path: readonly string[],
): AppError[] {
  if (value === null || value === undefined) return [];
  if (isNonNullType(type)) return faultsOfValue(type.ofType, value, bounds, path);
  if (isListType(type)) {
    const items = value as unknown[];
    const { maxItems = 0 } = bounds;
    if (items.length > maxItems) return [fault(path, `must have at most ${maxItems} entries`)];
    const faults: AppError[] = [];
    for (const [index, item] of items.entries()) {
      faults.push(...faultsOfValue(type.ofType, item, bounds, [...path, String(index)]));
      // Of thousands like them nobody reads all.
      if (faults.length >= most.entries) break;
    }
    return faults;
  }
  if (isInputObjectType(type))
    return faultsOf(Object.values(type.getFields()), value as Record<string, unknown>, path);
  const wrong = typeof value === 'string' ? wrongText(value, bounds) : wrongNumber(Number(value), bounds);
  return wrong === undefined ? [] : [fault(path, wrong)];
}

function wrongText(value: string, { maxLength = Infinity }: InputBounds): string | undefined {
  if (value.length > maxLength) return `must have at most ${maxLength.toLocaleString('en')} characters`;
  // Postgres holds neither in text.
  if (value.includes('\0')) return 'must not contain the character U+0000';
  if (!value.isWellFormed()) return 'must be whole Unicode text: it contains half a surrogate pair';
  return undefined;
}

function wrongNumber(value: number, { min = -Infinity, max = Infinity }: InputBounds): string | undefined {
  if (value >= min && value <= max) return undefined;
  return max === Infinity ? `must be ${min} or more` : `must be from ${min} to ${max}`;
}

function fault(path: readonly string[], wrong: string): AppError {
  const name = path.findLast((part) => !/^\d+$/.test(part));
  return new AppError('INVALID_INPUT', `"${name}" ${wrong}.`, { field: path });
}
