import { AppError } from '../../errors.ts';
import { tracer } from './trace.ts';
import { pageList } from './page-list.ts';
import { planBudget, type PlanBudget, type PlanLimits } from './plan-limits.ts';
import { reshape } from './reshape.ts';
import { joinedName, resultNames } from './result-names.ts';
import type { Step, BoundStep } from '../model/step.ts';
import { touchedBy, touchedByDrawing } from './touched.ts';
import type {
  DocumentPlan,
  Origin,
  PlannedDocument,
  Survey,
  VirtualDocument,
  VirtualPage,
} from '../model/document.ts';
import type { Naming } from '../model/naming.ts';
import type { Touched } from '../model/written.ts';

export interface Plan {
  documents: PlannedDocument[];
  /** By each step. */
  touched: Touched[];
}

interface CountedSource {
  name: string;
  pages: number;
  /** Of what a pass before this one has written. */
  origin?: Origin | undefined;
}

/** How the results are called: by default as those of a job of these sources alone, as PDFs. */
interface Calling {
  naming?: Naming | undefined;
  extension?: string;
}

/**
 * What the steps make of the sources, page by page, and what each of them touches.
 * @param survey without it, from page counts alone: what is split by anything else stays whole
 * @throws AppError as {@link checkPlan}
 */
export function plan(
  calls: readonly BoundStep[],
  sources: readonly CountedSource[],
  maxPages = 20_000,
  survey?: Survey,
  { naming, extension = 'pdf' }: Calling = {},
): Plan {
  const budget = planBudget({ maxPages, maxJobPages: Infinity });
  const touched: Touched[] = [];
  let documents = asTheyAre(sources);
  for (const index of calls.keys()) {
    const step = stepAt(calls, index);
    // Steps in a row that only draw are told by what they name, without pages that nobody else asks for.
    const before = step.draw ? [] : documents.map(listed);
    documents = planStep(step, documents, calls, index, budget, survey);
    touched.push({
      ...(step.draw ? touchedByDrawing(documents) : touchedBy(index, before, documents.map(listed))),
      notes: step.notes?.(documents, calls[index]!.options) ?? [],
    });
  }
  const results = documents.map(listed);
  const origins = results.map(tracer(sources));
  const job = joinedName(sources.map(({ name }) => name));
  const names = resultNames(origins, naming ?? { job, inputs: sources }, extension);
  return {
    documents: results.map((document, index) => ({
      ...document,
      result: { name: names[index]!, origin: origins[index]! },
    })),
    touched,
  };
}

/**
 * Refuses what page counts show to be impossible or too much. Lists no page: the time that it takes has nothing to do
 * with how many there are.
 * @throws AppError whose `field` is `[step index, step name, option]`; LIMIT_EXCEEDED where the job is too large
 */
export function checkPlan(
  calls: readonly BoundStep[],
  sources: readonly CountedSource[],
  limits: PlanLimits,
): void {
  const budget = planBudget(limits);
  let documents = asTheyAre(sources);
  for (const index of calls.keys())
    documents = planStep(stepAt(calls, index), documents, calls, index, budget);
}

/** The documents before the first step. */
export function asTheyAre(sources: readonly CountedSource[]): DocumentPlan[] {
  return sources.map(({ name, pages, origin }, source) => {
    const list = () => Array.from({ length: pages }, (_, page): VirtualPage => ({ source, page, tasks: [] }));
    const part = origin?.part;
    return { name, part, pages: pageList(pages, list), bookmarkPerSource: false, documentTasks: [] };
  });
}

function listed(document: DocumentPlan): VirtualDocument {
  return { ...document, pages: document.pages.list() };
}

function stepAt(calls: readonly BoundStep[], index: number): Step {
  const { step } = calls[index]!;
  if (step.last && index < calls.length - 1) {
    const message = `“${step.title}” makes no PDF that a further step could change. Put it last.`;
    throw new AppError('INVALID_INPUT', message, { field: [String(index), step.name] });
  }
  return step;
}

function planStep(
  step: Step,
  before: readonly DocumentPlan[],
  calls: readonly BoundStep[],
  index: number,
  budget: PlanBudget,
  survey?: Survey,
): DocumentPlan[] {
  const { options } = calls[index]!;
  try {
    budget.spendRanges(step, options, before.length);
    const after = step.plan(before, options, index, survey);
    budget.spendPages(after);
    return step.shape && survey ? withoutIdle(before, after, calls, survey) : after;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const field = [String(index), step.name, ...error.field];
    throw new AppError(error.code, error.message, { field, cause: error });
  }
}

/** Without the step's tasks on the pages that look no different for them. */
function withoutIdle(
  before: readonly DocumentPlan[],
  after: readonly DocumentPlan[],
  calls: readonly BoundStep[],
  survey: Survey,
): DocumentPlan[] {
  const shaped = (page: VirtualPage, was: VirtualPage): VirtualPage => {
    if (page === was) return was;
    const seen = was.view ?? survey.view(was);
    const view = reshape(seen, page.tasks.slice(was.tasks.length), calls);
    return view === seen ? was : { ...page, view };
  };
  return after.map((document, index) => {
    // Pages that the step has put in another order are no longer beside those that they were.
    if (!document.pages.attached) return document;
    const given = before[index]!.pages.list();
    const pages = document.pages.list().map((page, at) => shaped(page, given[at]!));
    return { ...document, pages: pageList(pages.length, () => pages) };
  });
}
