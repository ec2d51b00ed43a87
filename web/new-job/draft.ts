import type { StepDefinition } from './use-steps.ts';

/** A job in the making: the steps and what is set in their forms. Files are kept by `use-uploads.ts`. */
export interface Draft {
  steps: readonly DraftStep[];
  /** Same for a repeated click on Start, so that it makes one job; another as soon as anything is changed. */
  idempotencyKey: string;
}

export interface DraftStep {
  key: number;
  definition: StepDefinition;
  /** As typed, by option name; checkboxes as `true` and empty. */
  values: Readonly<Record<string, string>>;
  /** Where exactly one option is to be given: which. */
  chosen: string | undefined;
}

export type DraftAction =
  | { type: 'add'; definition: StepDefinition }
  | { type: 'remove'; key: number }
  | { type: 'move'; key: number; by: -1 | 1 }
  | { type: 'set'; key: number; option: string; value: string }
  | { type: 'choose'; key: number; option: string }
  | { type: 'clear' }
  | { type: 'files-changed' };

export function emptyDraft(): Draft {
  return { steps: [], idempotencyKey: newKey() };
}

export function changeDraft(draft: Draft, action: DraftAction): Draft {
  return { steps: changeSteps(draft.steps, action), idempotencyKey: newKey() };
}

function changeSteps(steps: readonly DraftStep[], action: DraftAction): readonly DraftStep[] {
  switch (action.type) {
    case 'add':
      return [...steps, newStep(action.definition, Math.max(0, ...steps.map(({ key }) => key)) + 1)];
    case 'remove':
      return steps.filter(({ key }) => key !== action.key);
    case 'move':
      return moved(
        steps,
        steps.findIndex(({ key }) => key === action.key),
        action.by,
      );
    case 'set':
      return edit(steps, action.key, ({ values }) => ({
        values: { ...values, [action.option]: action.value },
      }));
    case 'choose':
      return edit(steps, action.key, () => ({ chosen: action.option }));
    case 'clear':
      return [];
    case 'files-changed':
      return steps;
  }
}

/** The list with the item at `index` one place further up (-1) or down (1); the same where it is at the end. */
export function moved<T>(items: readonly T[], index: number, by: -1 | 1): readonly T[] {
  const target = items[index + by];
  if (target === undefined) return items;
  return items.with(index + by, items[index]!).with(index, target);
}

function newStep(definition: StepDefinition, key: number): DraftStep {
  const set = definition.options.filter((option) => option.default !== null);
  return {
    key,
    definition,
    values: Object.fromEntries(set.map((option) => [option.name, shownDefault(option)])),
    chosen: definition.exactlyOne ? definition.options[0]?.name : undefined,
  };
}

function shownDefault({ type, default: value }: StepDefinition['options'][number]): string {
  if (type === 'BOOLEAN') return value === 'true' ? 'true' : '';
  return value ?? '';
}

function edit(steps: readonly DraftStep[], key: number, change: (step: DraftStep) => Partial<DraftStep>) {
  return steps.map((step) => (step.key === key ? { ...step, ...change(step) } : step));
}

/** Not `randomUUID`: that exists only where the origin is secure, and a home server is plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
}
