import type { JobRow } from '../db/tables.ts';
import type { OnProgress } from '../pdf/model/pass.ts';
import { createMeter, type Meter } from './meter.ts';
import type { ProgressWriter } from './progress.ts';
import type { Milestone, Progress } from './write.ts';

/** Tells of one attempt: where it stands, and what a person would want to read of it. */
export interface Teller {
  /** Where the job stood when this attempt began. */
  readonly before: JobRow;
  readonly meter: Meter;
  tick(change: Partial<Progress>): void;
  milestone(change: Partial<Progress>, ...milestones: Milestone[]): void;
  /** Forwards a slot's reports as the fraction of the present phase, and as pages where they are pages. */
  follow(change: (done: number) => Partial<Progress>): OnProgress;
  /** Warnings that the timeline does not have yet: each once, however many passes and attempts come to it. */
  warnings(sentences: readonly string[]): Milestone[];
  /** Steps done that it does not have yet: as often as they were done, since two steps may come to the same words. */
  stepsDone(sentences: readonly string[]): Milestone[];
}

/** @param said by earlier attempts */
export function createTeller(job: JobRow, writer: ProgressWriter, said: Iterable<string>): Teller {
  const meter = createMeter(job.percent);
  const told = new Map<string, number>();
  for (const sentence of said) told.set(sentence, (told.get(sentence) ?? 0) + 1);
  const at: Progress = {
    percent: meter.percent,
    stage: 'ANALYZING',
    current: null,
    total: null,
    eta: null,
    pass: job.pass,
    ranges: job.ranges,
  };
  const update = (change: Partial<Progress>) =>
    Object.assign(at, change, { percent: meter.percent, eta: etaOf(meter) });
  const tick = (change: Partial<Progress>) => writer.tick(update(change));
  return {
    before: job,
    meter,
    tick,
    milestone: (change, ...milestones) => writer.milestone({ ...update(change) }, ...milestones),
    follow:
      (change) =>
      ({ done, total }) => {
        meter.done(total > 0 ? done / total : 0);
        tick(change(done));
      },
    warnings(sentences) {
      const news = new Set(sentences.filter((sentence) => !told.has(sentence)));
      for (const sentence of news) told.set(sentence, 0);
      return [...news].map((message) => ({ type: 'WARNING', message }));
    },
    stepsDone: (sentences) =>
      sentences.flatMap((message) => {
        const before = told.get(message) ?? 0;
        if (before > 0) told.set(message, before - 1);
        return before > 0 ? [] : { type: 'STEP_DONE' as const, message };
      }),
  };
}

/** Shorter than that nobody waits for it. */
const worthTellingMs = 2_000;

function etaOf({ remaining }: Meter): string | null {
  if (remaining === undefined || remaining < worthTellingMs) return null;
  return new Date(Date.now() + remaining).toISOString();
}
