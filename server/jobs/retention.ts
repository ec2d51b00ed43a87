import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { files, jobs, rangeResults } from '../db/tables.ts';
import type { Storage } from '../files/storage.ts';
import { thumbnailKey } from '../files/thumbnails.ts';
import type { Logger } from '../log.ts';
import { neededByUnfinishedJob } from './finish.ts';
import { rangeKey } from './ranges.ts';
import { write } from './write.ts';

/** Nothing is kept longer than promised, nothing goes while it is needed. */
export interface Retention {
  /** Removes what deleted jobs leave behind, as soon as no slot works on it, and the range results of finished ones. */
  purge(): Promise<void>;
  /** Removes files that have expired, and rows 30 days after. */
  expire(): Promise<void>;
}

export function createRetention(db: Db, storage: Storage, retentionHours: number, log: Logger): Retention {
  /** The rows first: bytes whose removal fails are orphans, and go with those. */
  async function removeBytes(rows: readonly { storageKey: string }[]) {
    for (const storageKey of rows.flatMap((row) => [row.storageKey, thumbnailKey(row.storageKey)]))
      await storage
        .remove(storageKey)
        .catch((error: Error) => log.warn({ err: error, storageKey }, 'file could not be removed'));
  }

  /** Removes jobs, which are over, and those of their files that no other job has. */
  async function removeJobs(which: SQL) {
    const found = await db.select({ id: jobs.id }).from(jobs).where(which).limit(batch);
    if (found.length === 0) return;
    const these = sql`any(${sql.param(found.map(({ id }) => id))}::uuid[])`;
    await db.transaction(async (tx) => {
      // Locked, as two jobs that share an input and go at once would each leave it to the other.
      const left = await tx.execute<{ id: string }>(sql`
        select id from files where id in (select file_id from job_files where job_id = ${these}) order by id for update`);
      await tx.delete(jobs).where(sql`id = ${these}`);
      const ids = sql.param(left.map(({ id }) => id));
      await tx.delete(files).where(sql`id = any(${ids}::uuid[]) and removed_at is not null and ${unused}`);
    });
    if (found.length === batch) await removeJobs(which);
  }

  return {
    async purge() {
      const ranges = await db
        .delete(rangeResults)
        .where(
          sql`not exists (select from jobs where id = job_id and state in ('QUEUED', 'RUNNING', 'CANCELING'))`,
        )
        .returning();
      await removeBytes(
        ranges
          .filter(({ result }) => !result.bytes)
          .map(({ jobId, pass, range }) => ({ storageKey: rangeKey(jobId, pass, range) })),
      );
      // Without an end is what a job has just claimed, whose own rows this statement may be too early to see.
      const removed = await db
        .update(files)
        .set({ removedAt: new Date() })
        .where(
          sql`removed_at is null and id in (
            select file_id from job_files join jobs on jobs.id = job_id
            where jobs.hidden_at is not null and jobs.state not in ('RUNNING', 'CANCELING')
          ) and not exists (
            select from job_files join jobs on jobs.id = job_id where file_id = files.id and jobs.hidden_at is null
          ) and expires_at is not null`,
        )
        .returning({ storageKey: files.storageKey });
      await removeBytes(removed);
      // Subscribers have had a minute to be told.
      await removeJobs(
        sql`hidden_at < now() - interval '1 minute' and state not in ('RUNNING', 'CANCELING')`,
      );
    },

    async expire() {
      // Two jobs may have let go of an input at the same moment, each thinking that the other needs it.
      await db
        .update(files)
        .set({ expiresAt: sql`now() + make_interval(secs => ${retentionHours * 3600})` })
        .where(sql`expires_at is null and removed_at is null and not ${neededByUnfinishedJob}`);
      const removed = await db
        .update(files)
        .set({ removedAt: sql`now()` })
        .where(sql`removed_at is null and expires_at < now()`)
        .returning({ storageKey: files.storageKey });
      await removeBytes(removed);
      for (let ended = [{ id: '' }]; ended.length > 0;) {
        ended = await db
          .select({ id: jobs.id })
          .from(jobs)
          .where(sql`expires_at < now() and not expired`)
          // By the index: the planner takes them for many, and would read the table.
          .orderBy(jobs.expiresAt)
          .limit(batch);
        for (const { id } of ended)
          await write(db, {
            id,
            transition: 'annotate',
            where: sql`not expired`,
            set: [sql`expired = true`],
            milestones: [{ type: 'EXPIRED', message: 'The files were removed, as announced' }],
          });
      }
      await removeJobs(sql`expired and expires_at < now() - interval '30 days'`);
      // Of uploads that no job has used.
      await db.delete(files).where(sql`removed_at < now() - interval '30 days' and ${unused}`);
    },
  };
}

const batch = 1_000;

/** No job has the file of the present row of `files`. */
const unused = sql`not exists (select from job_files where file_id = files.id)`;
