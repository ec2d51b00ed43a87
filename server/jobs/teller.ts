import type { JobRow } from '../db/tables.ts';
import type { Report } from '../pdf/pass.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Progress, ProgressWriter } from './progress.ts';
import type { Milestone } from './write.ts';

/** Tells of one attempt: where it stands, and what a person would want to read of it. */
export interface Teller {
  /** Where the job stood when this attempt began. */
  readonly before: JobRow;
  readonly meter: Meter;
  tick(change: Partial<Progress>): void;
  milestone(change: Partial<Progress>, ...milestones: Milestone[]): Promise<void>;
  /** Forwards a slot's reports as the fraction of the present phase, and as pages where they are pages. */
  follow(change: (done: number) => Partial<Progress>): Report;
  /** Those of the sentences that the timeline does not have: each once, however many attempts come to say it. */
  fresh(type: Milestone['type'], sentences: readonly string[]): Milestone[];
}

/** @param lost the run has lost its job: throws, with the reason */
export function createTeller(
  job: JobRow,
  writer: ProgressWriter,
  said: Iterable<string>,
  lost: () => never,
): Teller {
  const meter = createMeter(job.percent);
  const known = new Set(said);
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
    async milestone(change, ...milestones) {
      if (!(await writer.milestone({ ...update(change) }, ...milestones))) lost();
    },
    follow:
      (change) =>
      ({ done, total }) => {
        meter.done(total > 0 ? done / total : 0);
        tick(change(done));
      },
    fresh(type, sentences) {
      const news = sentences.filter((sentence) => !known.has(sentence));
      for (const sentence of news) known.add(sentence);
      return news.map((message) => ({ type, message }));
    },
  };
}

/** Shorter than that nobody waits for it. */
const worthTellingMs = 2_000;

function etaOf({ remaining }: Meter): string | null {
  if (remaining === undefined || remaining < worthTellingMs) return null;
  return new Date(Date.now() + remaining).toISOString();
}
