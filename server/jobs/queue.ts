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
  /**
   * Takes a message away, in the transaction of the claim that it asks for: where that fails it is back. No other worker
   * sees it meanwhile. Whether there was one.
   */
  answer(tx: Tx): Promise<boolean>;
  close(): Promise<void>;
}

export async function createQueue(options: { url: string; works: boolean; log: Logger }): Promise<Queue> {
  const { url, works, log } = options;
  // Its own connections are for its chores; messages are sent and taken in transactions of ours.
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'octavo-queue',
    max: 2,
    supervise: works,
    schedule: false,
  });
  // Without a listener an outage of the database would end the process; pg-boss tries again by itself.
  boss.on('error', (error) => log.warn({ err: error }, 'queue'));
  await boss.start();
  await boss.createQueue(queueName, queueOptions);

  return {
    async ring(tx, jobId) {
      await Promise.all([
        boss.send(queueName, { jobId }, { db: fromDrizzle(tx, sql) }),
        tx.execute(sql`select pg_notify(${ringChannel}, '')`),
      ]);
    },
    async answer(tx) {
      const db = fromDrizzle(tx, sql);
      const [message] = await boss.fetch(queueName, { db });
      if (message) await boss.deleteJob(queueName, message.id, { db });
      return message !== undefined;
    },
    close: () => boss.stop(),
  };
}

export const queueName = 'jobs';
/** Tells that a message has been sent. */
export const ringChannel = 'octavo_ring';

/** Retries are ours (`retryLimit` 0); a message outlives the longest job. `notify` is for workers of versions up to 0.1. */
const queueOptions = {
  notify: true,
  retryLimit: 0,
  expireInSeconds: 23 * 3600,
  deleteAfterSeconds: 3600,
  warningQueueSize: 100_000,
};
