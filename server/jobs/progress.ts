import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { Logger } from '../log.ts';
import { type Attempts, lease, type Run } from './attempt.ts';
import { type Milestone, notify, type Progress, type Unwritten } from './write.ts';

/** The progress of one running attempt. */
export interface ProgressWriter {
  /** A tick: written soon, or never where a newer one or a milestone comes first. */
  tick(progress: Progress): void;
  /** Milestones: written soon, in order, those that come close together in one commit. Discards the tick that waits. */
  milestone(progress: Progress, ...milestones: Milestone[]): void;
  /** Writes the milestones that wait, now; never rejects. */
  flush(): Promise<void>;
  /** Writes no more. What waits is for who writes the job's end. */
  close(): Promise<Unwritten>;
}

export interface ProgressWriters {
  /** @param onLost this run has lost the job; with an error, milestones could not be written, or perhaps they were */
  open(run: Run & { seq: number }, onLost: (error?: unknown) => void): ProgressWriter;
  close(): void;
}

/**
 * Coalesces the ticks of all of a worker's jobs into one statement, the first at once, then at most ten a second.
 * Each job is also written every 3 s without any news: that renews its lease, and finds out when it is lost.
 */
export function createProgressWriters(db: Db, attempts: Attempts, log: Logger): ProgressWriters {
  const open = new Map<string, Entry>();
  let writing = false;
  let last = 0;
  let timer: NodeJS.Timeout | undefined;

  const heartbeat = setInterval(() => {
    const due = performance.now() - heartbeatMs;
    for (const entry of open.values()) if (entry.writtenAt < due) entry.dirty = true;
    schedule();
  }, heartbeatMs / 3);

  function schedule() {
    if (writing || timer) return;
    timer = setTimeout(() => void flush(), Math.max(0, last + tickMs - performance.now()));
  }

  async function flush() {
    timer = undefined;
    const due = [...open.values()].filter((entry) => entry.dirty && !entry.milestone);
    if (due.length === 0) return;
    writing = true;
    last = performance.now();
    for (const entry of due) entry.dirty = false;
    try {
      const written = new Set(await writeTicks(db, due));
      for (const entry of due) {
        if (written.has(entry.run.id)) entry.writtenAt = performance.now();
        // Not a loss where a milestone of ours went first: it raised `seq`, and the tick was of before.
        else if (entry.seqAtTick === entry.run.seq && !entry.milestone && open.get(entry.run.id) === entry)
          entry.onLost();
      }
    } catch (error) {
      log.warn({ err: error }, 'progress could not be written, trying again');
      for (const entry of due) entry.dirty = true;
    }
    writing = false;
    if ([...open.values()].some((entry) => entry.dirty)) schedule();
  }

  /** After those of the same job that are being written. */
  function writeMilestones(entry: Entry): Promise<void> {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    return (entry.writing = entry.writing.then(() => writeWaiting(entry)));
  }

  async function writeWaiting(entry: Entry) {
    if (!entry.milestone || !entry.progress) return;
    entry.writtenAt = performance.now();
    const milestones = entry.waiting.splice(0);
    // What was known before the milestone is not worth telling after it.
    entry.dirty = false;
    try {
      const row = await attempts.proceed(entry.run, entry.progress, milestones);
      if (row) entry.run.seq = row.seq;
      else entry.onLost();
    } catch (error) {
      // Not tried again: they may have been written, and would come twice.
      entry.onLost(error);
    }
    // Others may have come meanwhile, and ticks.
    entry.milestone = entry.timer !== undefined;
    if (entry.dirty) schedule();
  }

  return {
    open(run, onLost) {
      const entry: Entry = {
        run: { ...run },
        onLost,
        dirty: false,
        milestone: false,
        waiting: [],
        writing: Promise.resolve(),
        writtenAt: performance.now(),
        closed: false,
        seqAtTick: 0,
      };
      open.set(run.id, entry);
      return {
        tick(progress) {
          entry.progress = progress;
          entry.dirty = true;
          schedule();
        },
        milestone(progress, ...milestones) {
          if (entry.closed) return;
          entry.progress = progress;
          entry.dirty = false;
          entry.milestone = true;
          entry.waiting.push(...milestones);
          const pauseMs = Math.max(0, entry.writtenAt + milestoneMs - performance.now());
          entry.timer ??= setTimeout(() => void writeMilestones(entry), pauseMs);
        },
        flush: () => writeMilestones(entry),
        async close() {
          entry.closed = true;
          clearTimeout(entry.timer);
          if (open.get(run.id) === entry) open.delete(run.id);
          await entry.writing;
          const { milestone, progress, waiting } = entry;
          return { progress: milestone ? progress : undefined, milestones: waiting };
        },
      };
    },
    close() {
      clearInterval(heartbeat);
      clearTimeout(timer);
    },
  };
}

interface Entry {
  run: Run & { seq: number };
  onLost: (error?: unknown) => void;
  progress?: Progress;
  dirty: boolean;
  /** Some wait or are being written. */
  milestone: boolean;
  waiting: Milestone[];
  writing: Promise<void>;
  timer?: NodeJS.Timeout | undefined;
  writtenAt: number;
  closed: boolean;
  seqAtTick: number;
}

const tickMs = 100;
/** Between two commits of one job, that of its start too: a job that takes no longer has its stages in that of its end. */
const milestoneMs = 50;
const heartbeatMs = 3_000;

/** One statement for all; guarded by state, attempt and `seq`, so that a tick never lands after a milestone it was before. */
async function writeTicks(db: Db, due: readonly Entry[]): Promise<string[]> {
  const ticks = due.map((entry) => {
    entry.seqAtTick = entry.run.seq;
    const { id, attempt, seq } = entry.run;
    return { id, attempt, seq, ...entry.progress };
  });
  const rows = await db.execute<{ id: string }>(sql`
    with tick as (
      select * from json_to_recordset(${JSON.stringify(ticks)}::json)
        as tick(id uuid, attempt int, seq int, percent real, current int, total int, eta timestamptz, ranges text)
    ), changed as (
      update jobs set rev = rev + 1, updated_at = clock_timestamp(), lease_until = ${lease},
        percent = greatest(jobs.percent, tick.percent), ranges = coalesce(tick.ranges, jobs.ranges),
        current = tick.current, total = tick.total, eta = tick.eta
      from tick
      where jobs.id = tick.id and jobs.attempt = tick.attempt and jobs.seq = tick.seq and jobs.state = 'RUNNING'
      returning jobs.*
    )
    select changed.id, ${notify(sql`changed`)} from changed`);
  return rows.map((row) => row.id);
}
