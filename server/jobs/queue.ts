import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import type { Tx } from '../db/client.ts';
import type { Logger } from '../log.ts';

/** pg-boss as the doorbell: a message says "a job waits", the `jobs` rows say which one is next. */
export interface Queue {
  /**
   * Sends a message in the transaction of the state change. It names the job for workers of versions up to 0.1, which
   * claim no other; ours take whichever is next.
   */
  ring(tx: Tx, jobId: string): Promise<void>;
  /** Calls `handle` for each message, at most `concurrency` at once. */
  work(concurrency: number, handle: () => Promise<void>): Promise<void>;
  /** Takes no further message; the handlers at work go on. */
  stopWork(): Promise<void>;
  /** As `stopWork`, and waits for the handlers. */
  close(): Promise<void>;
}

export async function createQueue(options: { url: string; works: boolean; log: Logger }): Promise<Queue> {
  const { url, works, log } = options;
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'octavo-queue',
    max: works ? 4 : 2,
    useListenNotify: works,
    supervise: works,
    schedule: false,
  });
  // Without a listener an outage of the database would end the process; pg-boss tries again by itself.
  boss.on('error', (error) => log.warn({ err: error }, 'queue'));
  await boss.start();
  await boss.createQueue(queueName, queueOptions);

  return {
    async ring(tx, jobId) {
      await boss.send(queueName, { jobId }, { db: fromDrizzle(tx, sql) });
    },
    async work(concurrency, handle) {
      for (let i = 0; i < concurrency; i++) {
        let workerId = '';
        workerId = await boss.work(
          queueName,
          { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 5 },
          async () => {
            try {
              await handle();
            } finally {
              // After each message pg-boss sleeps its whole interval unless notified meanwhile, whatever waits.
              boss.notifyWorker(workerId);
            }
          },
        );
      }
    },
    stopWork: () => boss.offWork(queueName, { wait: false }),
    close: () => boss.stop({ graceful: true, timeout: 30_000 }),
  };
}

export const queueName = 'jobs';

/** Retries are ours (`retryLimit` 0); a message outlives the longest job and is forgotten soon after. */
const queueOptions = {
  notify: true,
  retryLimit: 0,
  expireInSeconds: 23 * 3600,
  deleteAfterSeconds: 3600,
  warningQueueSize: 100_000,
};
