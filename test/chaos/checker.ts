import type { ProgressView } from '../helpers/client.ts';
import type { Tally } from './tally.ts';

/** Holds the payloads that one reader gets of one job, across all of its connections, against the rules. */
export interface Checker {
  /** The last milestone that it has: what it resumes with. */
  readonly seq: number;
  /** The last state it was told. */
  readonly state: string;
  check(update: ProgressView): void;
  /** The server said that this was all. */
  complete(): void;
}

export const finalStates: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'CANCELED']);

/** What a checker needs to see of a job. */
export const checkedFields =
  'seq job { id seq state progress { percent } outputs { url sha256 } } events { seq type }';

/** @param after the milestone that the reader has already */
export function createChecker(id: string, tally: Tally, after = 0): Checker {
  let seq = after;
  let percent = 0;
  let state = '';

  function checkMilestones(events: ProgressView['events']) {
    let last = 0;
    for (const event of events) {
      tally.counts.milestones++;
      if (event.seq < last) tally.violate('milestones out of order', `${id}: ${event.seq} after ${last}`);
      else if (event.seq <= seq) tally.violate('milestones doubled', `${id}: ${event.seq} after ${seq}`);
      else if (event.seq > seq + 1) tally.violate('milestones lost', `${id}: ${event.seq} after ${seq}`);
      last = event.seq;
      seq = Math.max(seq, last);
    }
  }

  return {
    get seq() {
      return seq;
    },
    get state() {
      return state;
    },
    check(update) {
      tally.counts.payloads++;
      const { job, events } = update;
      checkMilestones(events);
      if (update.seq !== seq || job.seq !== seq)
        tally.violate('snapshot not consistent', `${id}: seq ${update.seq}, job ${job.seq}, entries ${seq}`);
      if (job.progress.percent < percent)
        tally.violate('percent went back', `${id}: ${percent} to ${job.progress.percent}`);
      const completed = job.state === 'COMPLETED';
      if ((job.progress.percent === 100) !== completed || job.outputs.length > 0 !== completed)
        tally.violate(
          'snapshot not consistent',
          `${id}: ${job.state} at ${job.progress.percent} % with ${job.outputs.length} results`,
        );
      if (finalStates.has(state) && job.state !== state)
        tally.violate('snapshot not consistent', `${id}: ${state} became ${job.state}`);
      ({ percent } = job.progress);
      ({ state } = job);
    },
    complete() {
      if (!finalStates.has(state)) tally.violate('stream completed before the end', `${id}: ${state}`);
    },
  };
}
