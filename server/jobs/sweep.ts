import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type JobRow, jobs } from '../db/tables.ts';
import type { Logger } from '../log.ts';
import { type Attempts, leaseTime, type Run } from './attempt.ts';
import { type Queue, queueName } from './queue.ts';
import { exhausted, maxFailures } from './run.ts';

/**
 * Puts jobs back whose worker is silent, and rings again where more jobs wait than there are messages. Any number of
 * workers may sweep at once: each write is guarded, and a message too many finds no job.
 */
export async function sweep(db: Db, queue: Queue, attempts: Attempts, log: Logger): Promise<void> {
  const stale = await db
    .select()
    .from(jobs)
    .where(sql`state in ('RUNNING', 'CANCELING') and ${leaseIsOver}`)
    .limit(batch);
  for (const job of stale) {
    const run = { id: job.id, attempt: job.attempt, where: leaseIsOver };
    // Undefined where it has been heard of meanwhile.
    const changed = await putBack(job, run, attempts);
    if (changed) log.warn({ jobId: job.id, attempt: job.attempt, state: job.state }, 'worker lost');
  }

  // None of ours is blocked, but to say so takes the count from an index; else all messages of an hour are read.
  const silent = await db.execute<{ id: string }>(sql`
    select id from jobs where state = 'QUEUED' and ${hasWaited}
    offset (select count(*) from pgboss.job where name = ${queueName} and pgboss.job.state < 'active' and not blocked)
    limit ${batch}`);
  if (silent.length === 0) return;
  await db.transaction(async (tx) => {
    for (const { id } of silent) await queue.ring(tx, id);
  });
}

function putBack(job: JobRow, run: Run, attempts: Attempts): Promise<JobRow | undefined> {
  if (job.state === 'CANCELING') return attempts.acknowledgeCancel(run, 'Stopped; its worker was lost');
  return job.failures + 1 >= maxFailures
    ? attempts.fail(run, exhausted())
    : attempts.requeue(run, 'Worker lost, waiting for another', { failure: true });
}

const batch = 100;

/** Nobody could renew one while Postgres was down: after its start workers have the time of a lease to do so. */
const leaseIsOver = sql`(lease_until < clock_timestamp()
  and pg_postmaster_start_time() < clock_timestamp() - ${leaseTime})`;

/** Some seconds of grace, for a worker that has taken the message and is about to claim. */
const hasWaited = sql`updated_at < clock_timestamp() - interval '10 seconds'`;
