import { setTimeout as delay } from 'node:timers/promises';
import { isoInstant } from '../db/instant.ts';
import type { JobRow, JobStage, JobState } from '../db/tables.ts';
import type { Logger } from '../log.ts';
import type { Owner } from '../owner.ts';
import type { LiveJob } from './live-job.ts';
import { followPlaces } from './places.ts';
import type { JobReader, JobSnapshot } from './read.ts';

/** What a NOTIFY says, see `notify` in `write.ts`. */
export interface Hint extends Pick<
  JobRow,
  'id' | 'rev' | 'seq' | 'percent' | 'current' | 'total' | 'eta' | 'ranges'
> {
  state: JobState;
  stage: JobStage;
  at: string;
  owner: string;
}

export interface LiveJobs {
  /** Attaches: from now on no change is missed. */
  watch(id: string, watcher: () => void): LiveJob;
  unwatch(live: LiveJob, watcher: () => void): void;
  /** Resolves when the job has been read by a query that began after this call; keeps trying through an outage. */
  refresh(live: LiveJob): Promise<void>;
  hint(hint: Hint): void;
  /** Reads all again: after each LISTEN, for what was said before is lost. */
  resync(): void;
  readonly size: number;
  close(): void;
}

/**
 * Every watched job once. A tick is applied as it comes; a gap in `seq`, a LISTEN and a slow timer read the table, many
 * jobs in one query and one query at a time, so that a database that has just come back is not trampled.
 */
export function createLiveJobs(read: JobReader, log: Logger): LiveJobs {
  const lives = new Map<string, Entry>();
  const wanted = new Set<Entry>();
  let reading = false;
  let closed = false;

  function want(live: Entry) {
    wanted.add(live);
    void readWanted();
  }

  async function readWanted() {
    if (reading) return;
    reading = true;
    // Collects all that the present turn of the event loop asks for.
    await Promise.resolve();
    for (let failures = 0; wanted.size > 0 && !closed;) {
      const batch = [...wanted.values().take(batchSize)];
      for (const live of batch) wanted.delete(live);
      // Who asks from here on waits for the next query.
      const waiting = batch.map((live) => ({ live, waiters: live.waiters.splice(0) }));
      try {
        const snapshots = await read.snapshots(batch.map(({ id, events }) => ({ id, after: events.length })));
        apply(batch, snapshots, await placesOf(snapshots));
        for (const { waiters } of waiting) for (const resolve of waiters) resolve();
        failures = 0;
      } catch (error) {
        log.warn({ err: error, jobs: batch.length }, 'watched jobs could not be read, trying again');
        for (const { live, waiters } of waiting) {
          live.waiters.push(...waiters);
          if (live.watchers.size > 0) wanted.add(live);
          else release(live);
        }
        await delay(Math.min(100 * 2 ** failures++, 1_000));
      }
    }
    reading = false;
  }

  async function placesOf(snapshots: readonly JobSnapshot[]): Promise<Map<string, number>> {
    const waiting = snapshots.filter(({ job }) => job.state === 'QUEUED');
    return waiting.length > 0 ? read.places(waiting.map(({ job }) => job.id)) : new Map();
  }

  /** Nobody watches it any more; who still waits for it has gone away too. */
  function release(live: Entry) {
    wanted.delete(live);
    for (const resolve of live.waiters.splice(0)) resolve();
  }

  // Backstop for a hint that was lost without the connection noticing.
  const safety = setInterval(() => {
    const due = Date.now() - safetyMs;
    for (const live of lives.values()) if (live.confirmedAt < due) want(live);
  }, safetyMs / 3);
  safety.unref();
  const stopPlaces = followPlaces(lives, read, tell, log);

  return {
    watch(id, watcher) {
      const live = lives.get(id) ?? {
        id,
        events: [],
        gone: false,
        watchers: new Set(),
        waiters: [],
        confirmedAt: Date.now(),
      };
      lives.set(id, live);
      live.watchers.add(watcher);
      return live;
    },
    unwatch(live, watcher) {
      live.watchers.delete(watcher);
      if (live.watchers.size === 0 && lives.get(live.id) === live) {
        lives.delete(live.id);
        release(live as Entry);
      }
    },
    refresh: (live) =>
      new Promise((resolve) => {
        (live as Entry).waiters.push(resolve);
        want(live as Entry);
      }),
    hint(hint) {
      const live = lives.get(hint.id);
      if (!live) return;
      if (live.job && hint.rev <= live.job.rev) return;
      if (live.job && hint.seq === live.job.seq) {
        const { rev, stage, percent, current, total, ranges, at } = hint;
        const eta = hint.eta && isoInstant(hint.eta);
        const progress = { stage, percent, current, total, eta, ranges, updatedAt: isoInstant(at) };
        live.job = { ...live.job, rev, ...progress };
        live.confirmedAt = Date.now();
        tell(live);
      } else want(live);
    },
    resync() {
      for (const live of lives.values()) want(live);
    },
    get size() {
      return lives.size;
    },
    close() {
      closed = true;
      clearInterval(safety);
      stopPlaces();
    },
  };
}

interface Entry extends LiveJob {
  waiters: (() => void)[];
  /** When the table or a hint last said where the job stands. */
  confirmedAt: number;
}

const batchSize = 500;
const safetyMs = 15_000;

function apply(
  batch: readonly Entry[],
  snapshots: readonly JobSnapshot[],
  places: ReadonlyMap<string, number>,
) {
  const found = new Map(snapshots.map((snapshot) => [snapshot.job.id, snapshot]));
  for (const live of batch) {
    const snapshot = found.get(live.id);
    live.confirmedAt = Date.now();
    if (snapshot) {
      live.events.push(...snapshot.events.filter((event) => event.seq > live.events.length));
      // A hint may have told of this `rev`, and does not tell of a new owner.
      if (live.job && snapshot.job.rev <= live.job.rev && isOfSame(live.job, snapshot.job)) continue;
      const files = live.job?.seq === snapshot.job.seq ? live.job.files : undefined;
      live.job = { ...snapshot.job, place: places.get(live.id) ?? null, files: files ?? new Map() };
    } else live.gone = true;
    tell(live);
  }
}

function isOfSame(one: Owner, other: Owner): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}

function tell(live: LiveJob) {
  for (const watcher of live.watchers) watcher();
}
