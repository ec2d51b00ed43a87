import type { VariablesOf } from 'gql.tada';
import { givenOptions } from './check.ts';
import type { createJob } from './use-create-job.ts';
import type { DraftStep } from './draft.ts';
import type { StepOption } from './use-steps.ts';

type StepInput = VariablesOf<typeof createJob>['input']['steps'][number];

/** The step as `createJob` takes it: `{ rotate: { degrees: 90 } }`. What is left empty is left out. */
export function toInput(step: DraftStep): StepInput {
  const set = givenOptions(step)
    .map((option) => [option.name, value(option, step.values[option.name] ?? '')] as const)
    .filter(([, given]) => given !== undefined);
  // Which names and types there are is known only at run time: the forms are made from the server's own declaration.
  return { [step.definition.name]: Object.fromEntries(set) } as unknown as StepInput;
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
