import type { DraftStep } from './draft.ts';
import { pagesOf } from './page-ranges.ts';

/** What the steps so far make of the first page of the result, as far as it can be told without doing it. */
export interface PageLook {
  /** Which page of the source it is, from 1. */
  source: number;
  /** Degrees clockwise, added to how the page was turned. */
  turned: number;
  marks: readonly Mark[];
}

/** Something drawn on the page when it was turned by `turned`; upright for who read it then. */
export interface Mark {
  kind: 'stamp' | 'image' | 'number' | 'crop';
  turned: number;
  values: DraftStep['values'];
  /** The page's number and how many there were, at that step. */
  n: number;
  total: number;
}

interface Stage {
  step: DraftStep;
  /** Pages before the step. */
  total: number;
  /** Where it chooses pages: which, zero-based, in the new order. */
  chosen: readonly number[] | undefined;
}

/** Undefined where no page is left, or an expression cannot be read (yet). @param pages how many the source has */
export function lookOf(steps: readonly DraftStep[], pages: number): PageLook | undefined {
  const stages = stagesOf(steps, pages);
  if (!stages) return undefined;
  const before = placesOf(stages);
  let turned = 0;
  const marks: Mark[] = [];
  for (const [index, { step, total }] of stages.entries()) {
    const n = before[index]!;
    const { name } = step.definition;
    const { values } = step;
    const meant = values['pages']?.trim() ? pagesOf(values['pages'], total) : undefined;
    if (values['pages']?.trim() && !meant?.includes(n)) continue;
    if (name === 'rotate') turned = turn(turned, values);
    const kind = kinds[name];
    if (kind) marks.push({ kind, turned, values, n: n + 1, total });
  }
  return { source: (before[0] ?? 0) + 1, turned, marks };
}

const kinds: Record<string, Mark['kind'] | undefined> = {
  stamp: 'stamp',
  imageStamp: 'image',
  pageNumbers: 'number',
  crop: 'crop',
};

function stagesOf(steps: readonly DraftStep[], pages: number): Stage[] | undefined {
  const stages: Stage[] = [];
  let total = pages;
  for (const step of steps) {
    // The server alone reads it, and it may begin with a page of another file.
    if (step.definition.name === 'arrange') return undefined;
    const chosen = step.definition.name === 'pages' ? chosenBy(step, total) : undefined;
    stages.push({ step, total, chosen });
    if (step.definition.name !== 'pages') continue;
    if (!chosen || chosen.length === 0) return undefined;
    total = chosen.length;
  }
  return stages;
}

function chosenBy({ chosen = '', values }: DraftStep, total: number): readonly number[] | undefined {
  const named = pagesOf(values[chosen] ?? '', total);
  if (chosen !== 'remove' || !named) return named;
  const gone = new Set(named);
  return Array.from({ length: total }, (_, index) => index).filter((index) => !gone.has(index));
}

/** Before each step the place, from 0, of the page that comes first in the end; reckoned from the end. */
function placesOf(stages: readonly Stage[]): number[] {
  let place = 0;
  return stages
    .map((_, index) => stages[stages.length - 1 - index]!)
    .map(({ chosen }) => (place = chosen?.[place] ?? place))
    .toReversed();
}

function turn(turned: number, { degrees = '' }: DraftStep['values']): number {
  const by = Number(degrees);
  return by % 90 === 0 ? (((turned + by) % 360) + 360) % 360 : turned;
}
