import { setTimeout as delay } from 'node:timers/promises';
import { isOutage } from '../db/outage.ts';
import type { JobRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { full, isDiskFull } from '../files/disk-space.ts';
import type { Storage } from '../files/storage.ts';
import { assertStored } from '../files/stored.ts';
import type { Logger } from '../log.ts';
import { count } from '../count.ts';
import type { Slots } from '../pdf/slot/slots.ts';
import { assetsOf } from './assets.ts';
import type { Attempts } from './attempt.ts';
import type { Paces } from './paces.ts';
import { perform } from './perform.ts';
import type { ProgressWriters } from './progress.ts';
import { createTeller } from './teller.ts';
import type { JobReader } from './read.ts';

/** Runs jobs, each in a slot; why one was stopped decides what becomes of it. */
export interface Runner {
  /** One attempt at the next job, if one waits: whether it did. Resolves when its outcome is committed; never rejects. */
  run(): Promise<boolean>;
  /** Has a job end its attempt at its next page range where its owner holds more than a fair share of the slots. */
  makeRoom(): Promise<void>;
  /** The owner wants this job stopped. Does nothing where it is not running here. */
  cancel(id: string): void;
  /** Puts all running jobs back into the queue; none of it counts as a failure. */
  drain(): Promise<void>;
}

export function createRunner(options: {
  attempts: Attempts;
  writers: ProgressWriters;
  slots: Slots;
  paces: Paces;
  storage: Storage;
  read: JobReader;
  log: Logger;
}): Runner {
  const { attempts, writers, slots, paces, storage, read } = options;
  /** Each until it has ended. */
  const running = new Map<Running, Promise<void>>();
  let draining = false;

  async function attempt(run: Running) {
    const { signal } = run.controller;
    const stop = (reason: StopReason) => run.controller.abort(new Stopped(reason));
    // Known before the claim commits: a cancel may be told to us before we learn that the claim succeeded.
    const job = await attempts.claim((id) => (run.jobId = id));
    if (!job) return;
    const { id } = job;
    const log = options.log.child({ jobId: id });
    const storedKeys: string[] = [];
    const progress = writers.open(job, (error) => {
      if (error) run.controller.abort(error);
      else void whyLost(job).then(stop, () => stop('lost'));
    });
    const startedAt = performance.now();
    try {
      const [inputs = []] = await read.files([id], 'input');
      const [assets = []] = assetsOf(job.steps).length > 0 ? await read.files([id], 'asset') : [];
      await assertStored([...inputs, ...assets], storage, log);
      const said = job.attempt > 1 ? await read.events(id, 0, job.seq, job.seq) : [];
      const teller = createTeller(
        job,
        progress,
        said.map(({ message }) => message),
      );
      const results = await slots.use(signal, (slot) =>
        perform(job, { inputs, assets }, slot, {
          attempts,
          storage,
          slots,
          paces,
          teller,
          storedKeys,
          signal,
          atBoundary() {
            if (run.makesRoom) throw new Stopped('room');
          },
        }),
      );
      const untold = await progress.close();
      signal.throwIfAborted();
      const pages = results.outputs.reduce((sum, file) => sum + (file.pages ?? 0), 0);
      const what = [count(results.outputs.length, 'file'), ...(pages > 0 ? [count(pages, 'page')] : [])];
      const message = `Done: ${what.join(', ')}`;
      // Where the answer to this commit is lost they may well be a result; if not, they are orphans, which are removed later.
      const committing = storedKeys.splice(0);
      if (!(await attempts.complete(job, results, untold, { type: 'COMPLETED', message }))) {
        storedKeys.push(...committing);
        throw new Stopped('lost');
      }
      log.info(
        { attempt: job.attempt, pages, ms: Math.round(performance.now() - startedAt) },
        'job completed',
      );
    } catch (error) {
      const outcome = signal.aborted ? signal.reason : error;
      await progress.flush();
      await progress.close();
      log.info({ attempt: job.attempt, err: outcome }, 'attempt ended early');
      await untilSettled(job, outcome);
    } finally {
      for (const key of storedKeys) await storage.remove(key);
    }
  }

  /**
   * Tries again for about as long as the lease lasts, then the sweep puts the job back; through an outage of the
   * database for as long as that takes, since then no other worker can take the job either.
   */
  async function untilSettled(job: JobRow, outcome: unknown) {
    const end = performance.now() + 10_000;
    for (;;)
      try {
        return await settle(job, outcome);
      } catch (error) {
        if (performance.now() > end && (draining || !isOutage(error))) throw error;
        await delay(500);
      }
  }

  /** Commits what follows from an attempt's end. Where the guard does not hold, a cancel came first, or another worker. */
  async function settle(job: JobRow, error: unknown) {
    const reason = error instanceof Stopped ? error.reason : undefined;
    const settled = isPause(reason)
      ? await attempts.requeue(job, pauses[reason], { failure: false })
      : reason
        ? undefined
        : await settleFailure(job, error);
    if (!settled) await attempts.acknowledgeCancel(job, 'Stopped');
  }

  function settleFailure(job: JobRow, thrown: unknown) {
    const error = isDiskFull(thrown) ? full(thrown) : thrown;
    // However often it is away: a job that survives it is what people were promised.
    if (isOutage(error))
      return attempts.requeue(job, 'The database was away; going on from here', { failure: false });
    const timeout = error instanceof AppError && error.code === 'TIME_LIMIT';
    if (error instanceof AppError && !(timeout && job.timeouts === 0)) return attempts.fail(job, error);
    if (job.failures + 1 >= maxFailures) return attempts.fail(job, exhausted());
    const why = timeout ? 'Took too long without an answer; trying once more' : 'Interrupted; trying again';
    return attempts.requeue(job, why, { failure: true, timeout });
  }

  async function whyLost(job: JobRow): Promise<StopReason> {
    const [now] = await read.snapshots([{ id: job.id, after: job.seq }]);
    return now?.job.state === 'CANCELING' && now.job.attempt === job.attempt ? 'cancel' : 'lost';
  }

  return {
    async run() {
      if (draining) return false;
      const run: Running = { controller: new AbortController() };
      const ended = attempt(run).catch((error: unknown) =>
        // The lease runs out, and the sweep puts the job back.
        options.log.error({ err: error, jobId: run.jobId }, 'the outcome of an attempt could not be written'),
      );
      running.set(run, ended);
      await ended;
      running.delete(run);
      return run.jobId !== undefined;
    },
    cancel(id) {
      for (const { jobId, controller } of running.keys())
        if (jobId === id) controller.abort(new Stopped('cancel'));
    },
    async makeRoom() {
      if (running.size === 0) return;
      const id = await attempts.whoMakesRoom();
      for (const run of running.keys()) run.makesRoom = id !== undefined && run.jobId === id;
    },
    async drain() {
      draining = true;
      for (const { controller } of running.keys()) controller.abort(new Stopped('drain'));
      await Promise.all(running.values());
    },
  };
}

interface Running {
  controller: AbortController;
  /** Once it is chosen. */
  jobId?: string;
  /** Its slot is for somebody else, from the next page range on. */
  makesRoom?: boolean;
}

type StopReason = 'cancel' | 'lost' | keyof typeof pauses;

/** After these the job goes on later, from what it has stored. */
const pauses = {
  drain: 'The worker is restarting; another goes on from here',
  room: 'Others have waited for their turn; goes on from here after them',
} as const;

function isPause(reason: StopReason | undefined): reason is keyof typeof pauses {
  return reason !== undefined && reason in pauses;
}

/** Why an attempt was stopped from outside: no failure of the job's. */
class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`stopped: ${reason}`);
    this.reason = reason;
  }
}

/** After that many crashes or lost workers a job is poison. */
export const maxFailures = 3;

export function exhausted(): AppError {
  return new AppError(
    'ATTEMPTS_EXHAUSTED',
    `The job was interrupted ${maxFailures} times and given up. Retry it, or tell the operator.`,
  );
}
