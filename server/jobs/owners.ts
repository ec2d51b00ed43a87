import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type Owner, ownerHash } from '../owner.ts';
import { count } from '../count.ts';
import type { Hint } from './live-jobs.ts';
import type { JobReader } from './read.ts';

/** The owners whose jobs somebody watches in this process, and how many streams each has. */
export interface Owners {
  /** Counts a stream; returns what ends it. @throws AppError LIMIT_EXCEEDED */
  admit(owner: Owner): () => void;
  /** Calls `follow` with each of the owner's jobs of which there may be news. */
  attach(owner: Owner, follow: Follow): void;
  detach(owner: Owner, follow: Follow): void;
  hint(hint: Hint): void;
  /** Looks for the jobs that were made or changed while nobody told us; keeps trying through an outage. */
  resync(): void;
  /** Owners attached to. */
  readonly size: number;
  close(): void;
}

type Follow = (jobId: string) => void;

export function createOwners(read: JobReader, maxStreams: number, log: Logger): Owners {
  const streams = new Map<string, number>();
  const attached = new Map<string, { owner: Owner; follows: Set<Follow> }>();
  let readAt = performance.now();
  let reading: Promise<void> | undefined;
  let closed = false;

  function resync() {
    if (attached.size === 0) readAt = performance.now();
    else reading ??= readChanged().finally(() => (reading = undefined));
  }

  async function readChanged() {
    while (!closed)
      try {
        const beganAt = performance.now();
        const lookBack = (beganAt - readAt) / 1_000 + marginSeconds;
        const all = [...attached.values()].map(({ owner }) => owner);
        for (let i = 0; i < all.length; i += batchSize)
          for (const { id, ...owner } of await read.changed(all.slice(i, i + batchSize), lookBack))
            for (const follow of attached.get(ownerHash(owner))?.follows ?? []) follow(id);
        readAt = beganAt;
        return;
      } catch (error) {
        log.warn({ err: error }, 'changed jobs could not be read, trying again');
        await delay(1_000);
      }
  }

  // Backstop, as in `live-jobs.ts`.
  const safety = setInterval(resync, safetyMs);
  safety.unref();

  return {
    admit(owner) {
      const hash = ownerHash(owner);
      const open = streams.get(hash) ?? 0;
      if (open >= maxStreams)
        throw new AppError(
          'LIMIT_EXCEEDED',
          `You have ${count(open, 'live subscription')}, the most allowed. End one; "jobsProgress" shows all jobs in one.`,
        );
      streams.set(hash, open + 1);
      return () => {
        const left = (streams.get(hash) ?? 0) - 1;
        if (left > 0) streams.set(hash, left);
        else streams.delete(hash);
      };
    },
    attach(owner, follow) {
      const hash = ownerHash(owner);
      const entry = attached.get(hash) ?? { owner, follows: new Set() };
      attached.set(hash, entry);
      entry.follows.add(follow);
    },
    detach(owner, follow) {
      const hash = ownerHash(owner);
      const follows = attached.get(hash)?.follows;
      follows?.delete(follow);
      if (follows?.size === 0) attached.delete(hash);
    },
    hint(hint) {
      for (const follow of attached.get(hint.owner)?.follows ?? []) follow(hint.id);
    },
    resync,
    get size() {
      return attached.size;
    },
    close() {
      closed = true;
      clearInterval(safety);
    },
  };
}

const batchSize = 500;
const safetyMs = 15_000;
/** Longer than any transaction that changes a job takes: `updated_at` is of before its commit. */
export const marginSeconds = 60;
