import { Repeater } from 'graphql-yoga';
import type { JobEventRow, JobRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type Owner, ownerHash } from '../owner.ts';
import { createLiveJobs, type Hint, type LiveJob, type LiveJobs } from './live-jobs.ts';
import { isUnfinished, type JobReader } from './read.ts';

/** One consistent snapshot and the timeline entries since the stream's previous one: `job.seq` is the last entry's. */
export interface JobUpdate {
  job: JobRow;
  events: JobEventRow[];
}

/**
 * Streams of job updates. Each subscriber is a cursor and a dirty flag, not a queue: a slow one gets the newest tick and
 * every milestone when it asks again, and costs nobody else anything.
 *
 * These are Repeaters, because an async generator that waits between events cannot be closed from outside before the
 * next one comes (graphql-yoga #2672): for a job that is silent that is never.
 */
export interface Feeds {
  /** The present state, then every change; ends when the job is finished or deleted. Rejects with NOT_FOUND. */
  job(owner: Owner, id: string, after: number): AsyncIterableIterator<JobUpdate>;
  /** The owner's unfinished jobs, then every change of any of the owner's jobs. Never ends by itself. */
  jobs(owner: Owner): AsyncIterableIterator<JobUpdate>;
  /** A NOTIFY has come. */
  hint(payload: string): void;
  /** LISTEN is on, anew: what was said before may be lost. */
  resync(): void;
  /** Jobs and owners watched. */
  readonly size: number;
  close(): void;
}

export function createFeeds(read: JobReader, log: Logger): Feeds {
  const lives = createLiveJobs(read, log);
  const owners = new Map<string, Set<(jobId: string) => void>>();

  return {
    job: (owner, id, after) =>
      new Repeater<JobUpdate>(async (push, stop) => {
        const { wake, woken } = alarm(stop);
        const live = lives.watch(id, wake);
        try {
          await Promise.race([lives.refresh(live), stop]);
          if (live.gone || (live.job && !canSee(owner, live.job)))
            throw new AppError('NOT_FOUND', 'There is no such job.');
          const cursor = { seq: after, rev: 0 };
          for (let stopped = false; !stopped && !live.gone;) {
            const update = take(live, cursor);
            if (update) await push(update);
            if (update && isOver(update.job)) break;
            if (!update) stopped = await woken();
          }
        } finally {
          lives.unwatch(live, wake);
          stop();
        }
      }),

    jobs: (owner) =>
      new Repeater<JobUpdate>(async (push, stop) => {
        const stream = createOwnerStream(lives, owner, stop);
        const listeners = owners.get(ownerHash(owner)) ?? new Set();
        owners.set(ownerHash(owner), listeners.add(stream.follow));
        try {
          for (const id of await read.newestUnfinished(owner, unfinishedAtStart)) stream.follow(id);
          for (let stopped = false; !stopped;) {
            const update = stream.take();
            if (update) await push(update);
            else stopped = await stream.woken();
          }
        } finally {
          listeners.delete(stream.follow);
          if (listeners.size === 0) owners.delete(ownerHash(owner));
          stream.close();
          stop();
        }
      }),

    hint(payload) {
      const hint = JSON.parse(payload) as Hint;
      // First the streams that do not follow this job yet, then all that do.
      for (const follow of owners.get(hint.owner) ?? []) follow(hint.id);
      lives.hint(hint);
    },
    resync: () => lives.resync(),
    get size() {
      return lives.size + owners.size;
    },
    close: () => lives.close(),
  };
}

const unfinishedAtStart = 100;

interface Cursor {
  seq: number;
  rev: number;
}

/** All changes of one owner's jobs for one subscriber: which jobs it has seen up to where, and which have news. */
function createOwnerStream(lives: LiveJobs, owner: Owner, stop: Promise<unknown>) {
  const { wake, woken } = alarm(stop);
  const cursors = new Map<string, Cursor>();
  const followed = new Map<string, { live: LiveJob; watcher: () => void }>();
  const dirty = new Set<LiveJob>();

  function drop(live: LiveJob) {
    const entry = followed.get(live.id);
    if (entry) lives.unwatch(live, entry.watcher);
    followed.delete(live.id);
  }

  return {
    woken,
    follow(id: string) {
      if (followed.has(id)) return;
      const watcher = () => {
        dirty.add(live);
        wake();
      };
      const live = lives.watch(id, watcher);
      followed.set(id, { live, watcher });
      void lives.refresh(live).then(watcher);
    },
    take(): JobUpdate | undefined {
      for (const live of dirty) {
        dirty.delete(live);
        const cursor = cursors.get(live.id) ?? { seq: 0, rev: 0 };
        cursors.set(live.id, cursor);
        const update = live.job && canSee(owner, live.job, 'deleted too') ? take(live, cursor) : undefined;
        if (live.gone || (live.job && isOver(live.job))) drop(live);
        if (update) return update;
      }
      return undefined;
    },
    close() {
      for (const { live } of followed.values()) drop(live);
    },
  };
}

/** What the cursor has not seen yet, and moves the cursor. */
function take(live: LiveJob, cursor: Cursor): JobUpdate | undefined {
  const { job, events } = live;
  if (!job || job.rev <= cursor.rev) return undefined;
  const unseen = events.slice(cursor.seq, job.seq);
  cursor.seq = job.seq;
  cursor.rev = job.rev;
  return { job, events: unseen };
}

/** Hints name owners by a hash and jobs by an id that anyone might guess, so the row itself decides. */
function canSee(owner: Owner, job: JobRow, deleted?: 'deleted too'): boolean {
  return (
    job.issuer === owner.issuer &&
    job.subject === owner.subject &&
    (job.hiddenAt === null || deleted !== undefined)
  );
}

function isOver(job: JobRow): boolean {
  return !isUnfinished(job) || job.hiddenAt !== null;
}

/** A flag that one loop waits for. `woken` resolves to whether the stream was stopped. */
function alarm(stop: Promise<unknown>) {
  let { promise, resolve } = Promise.withResolvers<boolean>();
  let stopped = false;
  void stop.then(() => {
    stopped = true;
    resolve(true);
  });
  return {
    wake: () => resolve(false),
    async woken(): Promise<boolean> {
      const result = await promise;
      if (!stopped) ({ promise, resolve } = Promise.withResolvers<boolean>());
      return result || stopped;
    },
  };
}
