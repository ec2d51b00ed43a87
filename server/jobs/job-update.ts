import type { JobEventRow, JobRow } from '../db/tables.ts';
import type { Owner } from '../owner.ts';
import { isUnfinished } from './read.ts';
import type { LiveJob, WatchedJob } from './live-job.ts';

/** One consistent snapshot and the timeline entries since the stream's previous one: `job.seq` is the last entry's. */
export interface JobUpdate {
  job: WatchedJob;
  events: JobEventRow[];
  /** Nothing but progress and the place in the queue has changed since the stream's previous one of this job. */
  tick: boolean;
}

/** Up to where a subscriber has seen a job. */
export interface Cursor {
  seq: number;
  rev: number;
  /** In the line: it changes with the jobs before this one, which raises no `rev`. */
  place?: number | null;
  /** The stream has told of the job. */
  told?: boolean;
}

/** What the cursor has not seen yet, and moves the cursor. */
export function take(live: LiveJob, cursor: Cursor): JobUpdate | undefined {
  const { job, events } = live;
  if (!job || job.rev < cursor.rev) return undefined;
  if (job.rev === cursor.rev && (job.place ?? null) === (cursor.place ?? null)) return undefined;
  const unseen = events.slice(cursor.seq, job.seq);
  const tick = cursor.told === true && job.seq === cursor.seq;
  cursor.seq = job.seq;
  cursor.rev = job.rev;
  cursor.place = job.place;
  cursor.told = true;
  return { job, events: unseen, tick };
}

/** Hints name owners by a hash and jobs by an id that anyone might guess, so the row itself decides. */
export function canSee(owner: Owner, job: JobRow, deleted?: 'deleted too'): boolean {
  return (
    job.issuer === owner.issuer &&
    job.subject === owner.subject &&
    (job.hiddenAt === null || deleted !== undefined)
  );
}

/** Nothing that a subscriber waits for comes any more. */
export function isOver(job: JobRow): boolean {
  return !isUnfinished(job) || job.hiddenAt !== null;
}
