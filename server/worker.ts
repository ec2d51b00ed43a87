import { join } from 'node:path';
import { type Listener, listen } from './db/listen.ts';
import { createAttempts } from './jobs/attempt.ts';
import { createDispatcher } from './jobs/dispatch.ts';
import { removeOrphans } from './jobs/orphans.ts';
import { createPaces } from './jobs/paces.ts';
import { createProgressWriters } from './jobs/progress.ts';
import { ringChannel } from './jobs/queue.ts';
import { createRunner } from './jobs/run.ts';
import { sweep } from './jobs/sweep.ts';
import { forgetTurns } from './jobs/turns.ts';
import { cancelChannel } from './jobs/write.ts';
import { createSlots } from './pdf/slot/slots.ts';
import type { Services } from './services.ts';

export interface Worker {
  /** One slot is started before a job asks for it, from now on. */
  keepWarm(): void;
  /** Puts the running jobs back into the queue, for another worker to go on with, and frees the slots. */
  close(): Promise<void>;
}

/** Takes jobs from the queue, runs them in slots, and looks after those whose worker is gone. */
export async function startWorker(services: Services, slotEntry?: URL): Promise<Worker> {
  const { config, log, database, queue, read, secondWall: second, storage, retention } = services;
  const { db } = database;
  const attempts = createAttempts(db, queue, config.RETENTION_HOURS);
  const writers = createProgressWriters(db, attempts, log);
  const slots = createSlots({
    size: config.WORKER_CONCURRENCY,
    dir: join(config.DATA_DIR, 'slots'),
    maxPages: config.MAX_PAGES,
    log,
    second,
    ...(slotEntry ? { entry: slotEntry } : {}),
  });
  const paces = createPaces(db, log);
  const runner = createRunner({ attempts, writers, slots, paces, storage, read, log });
  const dispatcher = createDispatcher(config.WORKER_CONCURRENCY, runner.run);
  const listener: Listener = await listen({
    url: services.directUrl,
    channels: { [cancelChannel]: runner.cancel, [ringChannel]: dispatcher.ring },
    // A cancel that was told while nobody listened shows at the job's next write, within 3 s.
    onReady: dispatcher.ring,
    log,
  });
  const chores = [
    every(1_000, 'room', runner.makeRoom),
    every(3_000, 'sweep', () => sweep(db, queue, attempts, log)),
    every(60_000, 'paces', paces.refresh),
    every(15_000, 'purge', retention.purge),
    every(60_000, 'expire', retention.expire),
    every(3_600_000, 'orphans', () => removeOrphans(db, storage, log)),
    every(3_600_000, 'turns', () => forgetTurns(db)),
    every(3_600_000, 'sessions', services.sessions.forget),
    every(60_000, 'uploads', services.partialUploads.expire),
  ];

  /** Runs a chore now and then, never twice at once; an outage is no reason to stop. */
  function every(interval: number, name: string, chore: () => Promise<void>) {
    let running = run();
    const timer = setInterval(() => void (running = running.then(run)), interval);
    function run() {
      return chore().catch((error: unknown) =>
        log.warn({ err: error, chore: name }, 'chore failed, it will be tried again'),
      );
    }
    return () => {
      clearInterval(timer);
      return running;
    };
  }

  return {
    keepWarm: slots.keepWarm,
    async close() {
      await Promise.all(chores.map((stop) => stop()));
      // First this, or the jobs that are put back would be taken here again.
      dispatcher.stop();
      await runner.drain();
      writers.close();
      await slots.close();
      await listener.close();
    },
  };
}
