import { Repeater } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Owner } from '../owner.ts';
import { alarm } from './alarm.ts';
import { canSee, isOver, type JobUpdate, take } from './job-update.ts';
import { createLiveJobs, type Hint } from './live-jobs.ts';
import { createOwnerStream } from './owner-stream.ts';
import { createOwners, marginSeconds } from './owners.ts';
import type { JobReader } from './read.ts';

/**
 * Streams of job updates. Each subscriber is a cursor and a dirty flag, not a queue: a slow one gets the newest tick and
 * every milestone when it asks again, and costs nobody else anything.
 *
 * These are Repeaters, because an async generator that waits between events cannot be closed from outside before the
 * next one comes (graphql-yoga #2672): for a job that is silent that is never.
 */
export interface Feeds {
  /** The present state, then every change; ends when the job is finished or deleted. Rejects with NOT_FOUND, LIMIT_EXCEEDED. */
  job(owner: Owner, id: string, after: number): AsyncIterableIterator<JobUpdate>;
  /** The owner's unfinished jobs, then every change of any of the owner's jobs. Never ends by itself. Rejects with LIMIT_EXCEEDED. */
  jobs(owner: Owner): AsyncIterableIterator<JobUpdate>;
  /** A NOTIFY has come. */
  hint(payload: string): void;
  /** LISTEN is on, anew: what was said before may be lost. May be called often, works once. */
  resync(): void;
  /** Jobs and owners watched. */
  readonly size: number;
  close(): void;
}

/** @param maxStreams that an owner may have at once in this process */
export function createFeeds(read: JobReader, maxStreams: number, log: Logger): Feeds {
  const lives = createLiveJobs(read, log);
  const owners = createOwners(read, maxStreams, log);
  let resyncing: NodeJS.Timeout | undefined;

  return {
    job: (owner, id, after) =>
      new Repeater<JobUpdate>(async (push, stop) => {
        const leave = owners.admit(owner);
        const { wake, woken } = alarm(stop);
        const live = lives.watch(id, wake);
        try {
          await Promise.race([lives.refresh(live), stop]);
          if (live.gone || (live.job && !canSee(owner, live.job)))
            throw new AppError('NOT_FOUND', 'There is no such job.');
          const cursor = { seq: after, rev: 0 };
          for (let stopped = false; !stopped;) {
            // A guest who signs in leaves nothing behind.
            if (live.job && !canSee(owner, live.job, 'deleted too'))
              throw new AppError('NOT_FOUND', 'The job is no longer yours.');
            const update = take(live, cursor);
            if (update) await push(update);
            if (update && isOver(update.job)) break;
            if (update) continue;
            // Deleted and removed while we were cut off from the database: the reason can no longer be read.
            if (live.gone) throw new AppError('NOT_FOUND', 'The job has been deleted.');
            stopped = await woken();
          }
        } finally {
          lives.unwatch(live, wake);
          leave();
          stop();
        }
      }),

    jobs: (owner) =>
      new Repeater<JobUpdate>(async (push, stop) => {
        const leave = owners.admit(owner);
        const stream = createOwnerStream(lives, owner, stop);
        owners.attach(owner, stream.follow);
        try {
          // Or the next look back would tell what had ended before this stream began.
          for (const { id, seq, rev } of await read.changed([owner], 2 * marginSeconds))
            stream.know(id, { seq, rev });
          for (const id of await read.newestUnfinished(owner, unfinishedAtStart)) stream.begin(id);
          for (let stopped = false; !stopped;) {
            const update = stream.take();
            if (update) await push(update);
            else stopped = await stream.woken();
          }
        } finally {
          owners.detach(owner, stream.follow);
          stream.close();
          leave();
          stop();
        }
      }),

    hint(payload) {
      const hint = parse(payload);
      if (!hint) return log.warn({ payload }, 'a notification that is none of ours');
      // First the streams that do not follow this job yet, then all that do.
      owners.hint(hint);
      lives.hint(hint);
    },
    resync() {
      // The driver tells each of its attempts to listen again.
      resyncing ??= setTimeout(() => {
        resyncing = undefined;
        lives.resync();
        owners.resync();
      }, 50);
    },
    get size() {
      return lives.size + owners.size;
    },
    close() {
      clearTimeout(resyncing);
      lives.close();
      owners.close();
    },
  };
}

const unfinishedAtStart = 100;

/** Any role of the database may NOTIFY, whatever it likes. */
function parse(payload: string): Hint | undefined {
  try {
    return JSON.parse(payload) as Hint;
  } catch {
    return undefined;
  }
}
