import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { inOneTrip, type Query } from '../db/in-one-trip.ts';
import type { JobRow } from '../db/tables.ts';
import { endTurn } from './turns.ts';
import { type Change, writing, written } from './write.ts';

/**
 * Ends a job: the change itself and the start of retention for its files, in one transaction. `also` is done in it once the guard has held.
 * @returns undefined where the guard did not hold; nothing is changed then.
 */
export function finish(
  db: Db | Tx,
  retentionHours: number,
  change: Change & { id: string },
  also: (tx: Tx) => Query[] = () => [],
): Promise<JobRow | undefined> {
  const retention = sql`make_interval(secs => ${retentionHours * 3600})`;
  // As an array, which is known before any file is looked at: a plan made while there were few would walk all of them.
  const inputs = sql`any(array(select file_id from job_files where job_id = ${change.id} and role <> 'output'))`;
  return db.transaction(async (tx) => {
    // Two jobs that share an input and end at once would each see the other unfinished; the lock makes one wait.
    const [, rows] = await inOneTrip(
      tx.execute(sql`select id from files where id = ${inputs} order by id for update`),
      writing(tx, {
        ...change,
        set: [
          ...(change.set ?? []),
          sql`finished_at = clock_timestamp(), expires_at = clock_timestamp() + ${retention}, lease_until = null, eta = null`,
        ],
      }),
    );
    const job = written(rows);
    if (!job) return undefined;
    await inOneTrip(
      ...also(tx),
      endTurn(tx, change.id),
      tx.execute(sql`
        update files set expires_at = clock_timestamp() + ${retention}
        where id = ${inputs} and removed_at is null and not ${neededByUnfinishedJob}`),
    );
    return job;
  });
}

/**
 * Whether an unfinished job reads the file of the present row of `files`. Asked of its owner's unfinished jobs, who are
 * few, and of no other, as `offset` has it: a file may have been read by any number that have ended.
 */
export const neededByUnfinishedJob: SQL = sql`exists (
  select from (
    select id from jobs where jobs.issuer = files.issuer and jobs.subject = files.subject
      and jobs.state in ('QUEUED', 'RUNNING', 'CANCELING') offset 0
  ) as unfinished join job_files on job_files.job_id = unfinished.id
  where job_files.file_id = files.id and job_files.role <> 'output')`;
