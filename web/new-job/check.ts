import { strings } from '../strings.ts';
import type { DraftStep } from './draft.ts';
import { isPageRange } from './page-ranges.ts';
import type { StepOption } from './use-steps.ts';

/** What is wrong with a form, by option name; what only the server can know comes back from it. */
export type Problems = Readonly<Record<string, string>>;

/** Checks what is typed against the step's declaration. Empty: nothing to complain about. */
export function check(step: DraftStep): Problems {
  const found = givenOptions(step).map((option) => [option.name, problem(option, step)] as const);
  return Object.fromEntries(
    found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );
}

/** The options that this step's form asks for. */
export function givenOptions({ definition, chosen }: DraftStep): readonly StepOption[] {
  return definition.options.filter(({ name }) => !definition.exactlyOne || name === chosen);
}

function problem(option: StepOption, { definition, values }: DraftStep): string | undefined {
  const text = values[option.name]?.trim() ?? '';
  if (option.type === 'BOOLEAN') return undefined;
  if (text === '') return option.required || definition.exactlyOne ? strings.needValue : undefined;
  if (option.type === 'PAGES') return isPageRange(text) ? undefined : strings.needPages;
  if (option.type !== 'INT' && option.type !== 'FLOAT') return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return strings.needNumber;
  if (option.type === 'INT' && !Number.isInteger(number)) return strings.needInteger;
  if (option.min !== null && number < option.min) return strings.atLeast(option.min);
  if (option.max !== null && number > option.max) return strings.atMost(option.max);
  return undefined;
}
