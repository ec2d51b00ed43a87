import { givenOptions } from './check.ts';
import { newStep, shownDefault } from './draft.ts';
import type { DraftStep } from './draft.ts';
import type { StepDefinition, StepOption } from './use-steps.ts';

/** A step as `createJob` takes it, as links and recipes keep it: `{ rotate: { degrees: 90 } }`. */
export type StepInput = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What is left empty or as it is by default is left out. */
export function toInput(step: DraftStep): StepInput {
  const set = givenOptions(step)
    .filter((option) => step.definition.exactlyOne || step.values[option.name] !== shownDefault(option))
    .map((option) => [option.name, value(option, textOf(step, option))] as const)
    .filter(([, given]) => given !== undefined);
  return { [step.definition.name]: Object.fromEntries(set) };
}

/** The same without uploads: those belong to one person and do not last. */
export function toRecipe(step: DraftStep): StepInput {
  const files = step.definition.options.filter(({ type }) => type === 'FILE').map(({ name }) => name);
  const input = toInput(step)[step.definition.name] ?? {};
  const kept = Object.entries(input).filter(([name]) => !files.includes(name));
  return { [step.definition.name]: Object.fromEntries(kept) };
}

/** The forms filled in again. Steps and options that this server does not have are left out. */
export function fromInputs(definitions: readonly StepDefinition[], inputs: readonly StepInput[]) {
  return inputs.flatMap((input) => {
    const [name, options] = Object.entries(input)[0] ?? [];
    const definition = definitions.find((one) => one.name === name);
    return definition ? [filled(definition, options ?? {})] : [];
  });
}

function filled(definition: StepDefinition, options: Readonly<Record<string, unknown>>) {
  const blank = newStep(definition);
  const given = definition.options.filter(
    ({ name }) => options[name] !== undefined && options[name] !== null,
  );
  return {
    ...blank,
    values: {
      ...blank.values,
      ...Object.fromEntries(given.map(({ name }) => [name, typed(options[name])])),
    },
    chosen: definition.exactlyOne ? (given[0]?.name ?? blank.chosen) : undefined,
  };
}

/** What is a yes or no and was chosen from several is a yes. */
function textOf({ definition, values }: DraftStep, { name, type }: StepOption): string {
  return definition.exactlyOne && type === 'BOOLEAN' ? 'true' : (values[name] ?? '');
}

function typed(given: unknown): string {
  if (typeof given === 'boolean') return given ? 'true' : '';
  return Array.isArray(given) ? given.join(', ') : String(given);
}

function value(option: StepOption, text: string): unknown {
  if (option.type === 'BOOLEAN') return text === 'true';
  if (text.trim() === '') return undefined;
  if (option.type === 'INT' || option.type === 'FLOAT') return Number(text);
  if (option.list)
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  return text;
}
