import type { Owner } from '../owner.ts';
import { alarm } from './alarm.ts';
import { canSee, type Cursor, isOver, type JobUpdate, take } from './job-update.ts';
import type { LiveJobs } from './live-jobs.ts';
import type { LiveJob } from './live-job.ts';

/** All changes of one owner's jobs for one subscriber. */
export interface OwnerStream {
  /** This job is an old story up to here. */
  know(id: string, cursor: Cursor): void;
  /** Tells this job from its first entry on. */
  begin(id: string): void;
  /** There may be news of this job. */
  follow(id: string): void;
  take(): JobUpdate | undefined;
  /** Resolves when there is something to take, to whether the stream was stopped. */
  woken(): Promise<boolean>;
  close(): void;
}

/** Remembers up to where the subscriber has seen each job, finished ones too; watches those only that are not. */
export function createOwnerStream(lives: LiveJobs, owner: Owner, stop: Promise<unknown>): OwnerStream {
  const { wake, woken } = alarm(stop);
  const known = new Map<string, Cursor>();
  const cursors = new Map<string, Cursor>();
  const followed = new Map<string, { live: LiveJob; watcher: () => void }>();
  const dirty = new Set<LiveJob>();

  function drop(live: LiveJob) {
    const entry = followed.get(live.id);
    if (entry) lives.unwatch(live, entry.watcher);
    followed.delete(live.id);
  }

  function follow(id: string) {
    if (followed.has(id)) return;
    const watcher = () => {
      dirty.add(live);
      wake();
    };
    const live = lives.watch(id, watcher);
    followed.set(id, { live, watcher });
    void lives.refresh(live).then(watcher);
  }

  return {
    know: (id, cursor) => void known.set(id, cursor),
    begin(id) {
      known.delete(id);
      follow(id);
    },
    follow,
    woken,
    take() {
      for (const live of dirty) {
        dirty.delete(live);
        const cursor = cursors.get(live.id) ?? known.get(live.id) ?? { seq: 0, rev: 0 };
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
