import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { jobs } from '../db/tables.ts';
import type { Logger } from '../log.ts';
import { type Attempts, leaseTime, ringFor } from './attempt.ts';
import { type Queue, queueName } from './queue.ts';
import { exhausted, maxFailures } from './run.ts';
import { write } from './write.ts';

/**
 * Puts jobs back whose worker is silent, and rings again for jobs that wait without a message. Any number of workers
 * may sweep at once: each write is guarded.
 */
export async function sweep(db: Db, queue: Queue, attempts: Attempts, log: Logger): Promise<void> {
  const stale = await db
    .select()
    .from(jobs)
    .where(sql`state in ('RUNNING', 'CANCELING') and ${leaseIsOver}`)
    .limit(batch);
  for (const job of stale) {
    const run = { id: job.id, attempt: job.attempt, where: leaseIsOver };
    log.warn({ jobId: job.id, attempt: job.attempt, state: job.state }, 'worker lost');
    if (job.state === 'CANCELING') await attempts.acknowledgeCancel(run, 'Stopped; its worker was lost');
    else if (job.failures + 1 >= maxFailures) await attempts.fail(run, exhausted());
    else await attempts.requeue(run, 'Worker lost, waiting for another', { failure: true });
  }

  const silent = await db
    .select()
    .from(jobs)
    .where(sql`state = 'QUEUED' and ${hasNoMessage}`)
    .limit(batch);
  for (const job of silent)
    await db.transaction(async (tx) => {
      const still = await write(tx, {
        id: job.id,
        transition: 'annotate',
        where: sql`state = 'QUEUED' and message_id = ${job.messageId}`,
        milestones: [],
      });
      if (still) await ringFor(tx, queue, still);
    });
}

const batch = 100;

/** Nobody could renew one while Postgres was down: after its start workers have the time of a lease to do so. */
const leaseIsOver = sql`(lease_until < clock_timestamp()
  and pg_postmaster_start_time() < clock_timestamp() - ${leaseTime})`;

/** Some seconds of grace, for a worker that has taken the message and is about to claim. */
const hasNoMessage = sql`updated_at < clock_timestamp() - interval '10 seconds' and not exists (
  select from pgboss.job where name = ${queueName} and id = jobs.message_id and pgboss.job.state < 'active')`;
