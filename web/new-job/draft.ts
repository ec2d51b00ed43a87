import type { JobTexts } from './job-texts.ts';
import type { StepDefinition } from './use-steps.ts';

/** A job in the making: the steps and what is set in their forms. Files are kept by `use-uploads.ts`. */
export interface Draft {
  steps: readonly DraftStep[];
  texts: JobTexts;
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
  | { type: 'add'; step: Omit<DraftStep, 'key'> }
  | { type: 'replace'; steps: readonly Omit<DraftStep, 'key'>[] }
  | { type: 'remove'; key: number }
  | { type: 'move'; from: number; to: number }
  | { type: 'set'; key: number; option: string; value: string }
  | { type: 'choose'; key: number; option: string }
  | { type: 'describe'; texts: JobTexts }
  | { type: 'files-changed' };

export function emptyDraft(): Draft {
  return { steps: [], texts: {}, idempotencyKey: newKey() };
}

export function changeDraft(draft: Draft, action: DraftAction): Draft {
  const texts = action.type === 'describe' ? action.texts : draft.texts;
  return { steps: changeSteps(draft.steps, action), texts, idempotencyKey: newKey() };
}

/** A step with nothing set but the defaults. */
export function newStep(definition: StepDefinition): Omit<DraftStep, 'key'> {
  const set = definition.options.filter((option) => option.default !== null);
  return {
    definition,
    values: Object.fromEntries(set.map((option) => [option.name, shownDefault(option)])),
    chosen: definition.exactlyOne ? definition.options[0]?.name : undefined,
  };
}

/** An option's default as its field shows it. */
export function shownDefault({ type, default: value }: StepDefinition['options'][number]): string {
  if (type === 'BOOLEAN') return value === 'true' ? 'true' : '';
  return value ?? '';
}

/** The list with one item taken to another place. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const item = items[from];
  return item === undefined ? items : items.toSpliced(from, 1).toSpliced(to, 0, item);
}

function changeSteps(steps: readonly DraftStep[], action: DraftAction): readonly DraftStep[] {
  switch (action.type) {
    case 'add':
      return [...steps, { ...action.step, key: Math.max(0, ...steps.map(({ key }) => key)) + 1 }];
    case 'replace':
      return action.steps.map((step, index) => ({ ...step, key: index + 1 }));
    case 'remove':
      return steps.filter(({ key }) => key !== action.key);
    case 'move':
      return moved(steps, action.from, action.to);
    case 'set':
      return edit(steps, action.key, ({ values }) => ({
        values: { ...values, [action.option]: action.value },
      }));
    case 'choose':
      return edit(steps, action.key, () => ({ chosen: action.option }));
    case 'describe':
    case 'files-changed':
      return steps;
  }
}

function edit(steps: readonly DraftStep[], key: number, change: (step: DraftStep) => Partial<DraftStep>) {
  return steps.map((step) => (step.key === key ? { ...step, ...change(step) } : step));
}

/** Not `randomUUID`: that exists only where the origin is secure, and a home server is plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
}
