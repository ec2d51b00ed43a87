import { rename } from 'node:fs/promises';
import { AppError, type ErrorCode } from '../../server/errors.ts';
import { assetsOf } from '../../server/jobs/assets.ts';
import { cutRanges } from '../../server/jobs/cut-ranges.ts';
import { describeSteps } from '../../server/jobs/describe-steps.ts';
import { describeLosses } from '../../server/pdf/write/describe-losses.ts';
import { parseSteps, type RawStep } from '../../server/pdf/parse-steps.ts';
import { bind } from '../../server/pdf/registry.ts';
import { planPasses } from '../../server/pdf/passes/plan-passes.ts';
import type { Slot, SlotDocument, SlotPass } from '../../server/pdf/slot/slots.ts';
import type { KeptRange } from '../../server/pdf/slot/turn.ts';

export type Outcome = 'OK' | ErrorCode | `UNTYPED ${string}`;

/** Codes that say what is wrong with a document, or that it is too much; any other means that we are at fault. */
const typed: ReadonlySet<ErrorCode> = new Set([
  'NOT_A_PDF',
  'BROKEN_PDF',
  'ENCRYPTED',
  'TOO_MANY_PAGES',
  'TOO_COMPLEX',
  'UNSUPPORTED',
  'INVALID_INPUT',
  'INVALID_RANGE',
  'LIMIT_EXCEEDED',
  'MEMORY_LIMIT',
  'TIME_LIMIT',
]);

/** Whether a user can be told this. */
export function isTyped(code: string): boolean {
  return typed.has(code as ErrorCode);
}

/** What comes of some work with a document. */
export async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work();
    return 'OK';
  } catch (error) {
    if (error instanceof AppError && isTyped(error.code)) return error.code;
    const { cause } = error as Error;
    return `UNTYPED ${String(error)} ${typeof cause === 'string' ? cause : ''}`;
  }
}

export interface JobRun {
  documents: SlotDocument[];
  /** As the timeline has them. */
  warnings: string[];
}

/** A job without a database: every pass in one slot, as a worker does it. */
export async function runJob(
  slot: Slot,
  files: Pick<SlotPass, 'sources' | 'assets'>,
  steps: readonly RawStep[],
): Promise<JobRun> {
  const { calls, problems } = parseSteps(steps);
  if (problems[0]) throw problems[0];
  let { sources } = files;
  const kept = sources[0]!.path;
  let documents: SlotDocument[] = [];
  const warnings = new Set<string>();
  for (const [number, pass] of planPasses(bind(calls)).entries()) {
    const fixed = { date: '2026-01-02T03:04:05.678Z', id: `job/${number}` };
    const assets = files.assets?.filter(({ id }) => assetsOf(pass).some((asset) => asset.id === id));
    const opened = await slot.open({ sources, assets, calls: pass, fixed }, () => {});
    const results: KeptRange[] = [];
    for (const [first, last] of cutRanges(opened.pages, opened.cost.perPage)) {
      const range = await slot.range(first, last);
      const place = `${kept}-${number}-${first}`;
      if (range.few === null) await rename(range.path, place);
      results.push({ ...range, path: place });
    }
    const written = await slot.write(results, () => {});
    sources = documents = written.documents;
    for (const warning of [
      ...opened.warnings,
      ...describeSteps(pass, written.touched).warnings,
      ...describeLosses(documents),
      ...documents.flatMap((document) => document.warnings),
    ])
      warnings.add(warning);
  }
  return { documents, warnings: [...warnings] };
}
