import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { inOneTrip } from '../db/in-one-trip.ts';
import { oneAtATime } from '../db/one-at-a-time.ts';
import { type files, type JobRow, rangeResults, type StoredRange } from '../db/tables.ts';
import type { AppError } from '../errors.ts';
import { finish } from './finish.ts';
import type { Queue } from './queue.ts';
import type { JobReport } from '../pdf/model/job-report.ts';
import { chooseAlone, nextInLine, whoMakesRoom } from './turns.ts';
import { type Milestone, type Progress, type Unwritten, write, writing, written } from './write.ts';

/** Which run of a job writes: the pair fences, so that a zombie's writes change nothing. */
export interface Run {
  id: string;
  attempt: number;
  /** A further condition: the sweep's, that the lease has run out. */
  where?: SQL;
}

/** What comes of a job. */
export interface Results {
  outputs: readonly (typeof files.$inferInsert)[];
  report: JobReport;
}

/** What a worker may do to a job. Each returns the new row, or undefined where the run is no longer the present one. */
export interface Attempts {
  /** The next job; `onChosen` is told its id before anybody can know that it runs here. Undefined where none waits. */
  claim(onChosen: (id: string) => void): Promise<JobRow | undefined>;
  /** The job that shall give up its slot for somebody else, see `turns.ts`. */
  whoMakesRoom(): Promise<string | undefined>;
  proceed(run: Run, progress: Progress, milestones: readonly Milestone[]): Promise<JobRow | undefined>;
  storeRange(run: Run, pass: number, range: number, result: StoredRange): Promise<void>;
  /** By range. */
  storedRanges(id: string, pass: number): Promise<Map<number, StoredRange>>;
  complete(
    run: Run,
    { outputs, report }: Results,
    untold: Unwritten,
    end: Milestone,
  ): Promise<JobRow | undefined>;
  fail(run: Run, error: AppError): Promise<JobRow | undefined>;
  /** Back to the queue: `failure` counts against the maximum, a drained worker's job does not. */
  requeue(
    run: Run,
    reason: string,
    counts: { failure: boolean; timeout?: boolean },
  ): Promise<JobRow | undefined>;
  acknowledgeCancel(run: Run, message: string): Promise<JobRow | undefined>;
}

export function createAttempts(db: Db, queue: Queue, retentionHours: number): Attempts {
  const inTurn = oneAtATime();

  return {
    async claim(onChosen) {
      const attempt = () =>
        db.transaction(async (tx) => {
          if (!(await queue.answer(tx))) return undefined;
          const claiming = writing(tx, {
            id: nextInLine,
            transition: 'claim',
            set: [
              sql`attempt = attempt + 1, lease_until = ${lease}, stage = 'ANALYZING', current = null, total = null, eta = null`,
              sql`started_at = coalesce(started_at, clock_timestamp())`,
            ],
            milestones: [{ type: 'STARTED', message: 'Started by a worker' }],
          });
          const [, rows] = await inOneTrip(chooseAlone(tx), claiming);
          const job = written(rows);
          if (job) onChosen(job.id);
          return { job };
        });
      // A message may have stood for a job that was canceled, or is just then: others wait behind it.
      for (;;) {
        const answered = await inTurn('claim', attempt);
        if (!answered || answered.job) return answered?.job;
      }
    },
    whoMakesRoom: () => whoMakesRoom(db),
    proceed: (run, progress, milestones) =>
      write(db, {
        ...run,
        transition: 'proceed',
        set: [
          sql`percent = greatest(percent, ${progress.percent}::real), stage = ${progress.stage}, current = ${progress.current},
              total = ${progress.total}, eta = ${progress.eta}, pass = ${progress.pass}, ranges = ${progress.ranges}, lease_until = ${lease}`,
        ],
        milestones,
      }),
    async storeRange(run, pass, range, result) {
      await db.insert(rangeResults).values({ jobId: run.id, pass, range, result }).onConflictDoNothing();
    },
    async storedRanges(id, pass) {
      const rows = await db
        .select()
        .from(rangeResults)
        .where(sql`job_id = ${id} and pass = ${pass}`);
      return new Map(rows.map((row) => [row.range, row.result]));
    },
    complete: (run, { outputs, report }, { progress, milestones }, end) =>
      finish(
        db,
        retentionHours,
        {
          ...run,
          transition: 'complete',
          set: [
            sql`percent = 100, stage = 'DONE', current = null, total = null, report = ${JSON.stringify(report)}::jsonb`,
            ...(progress ? [sql`pass = ${progress.pass}, ranges = ${progress.ranges}`] : []),
          ],
          milestones: [...milestones, end],
        },
        (tx) => [insertOutputs(tx, run.id, outputs)],
      ),
    fail: (run, error) =>
      finish(db, retentionHours, {
        ...run,
        transition: 'fail',
        set: [sql`error_code = ${error.code}, error_message = ${error.message}`],
        milestones: [{ type: 'FAILED', message: error.message }],
      }),
    requeue: (run, reason, counts) =>
      db.transaction(async (tx) => {
        const job = await write(tx, {
          ...run,
          transition: 'requeue',
          set: [
            sql`stage = 'QUEUED', current = null, total = null, eta = null, lease_until = null, ranges = translate(ranges, 'r', 'i')`,
            sql`failures = failures + ${Number(counts.failure)}, timeouts = timeouts + ${Number(counts.timeout ?? false)}`,
          ],
          milestones: [{ type: 'INTERRUPTED', message: reason }],
        });
        if (job) await queue.ring(tx, job.id);
        return job;
      }),
    acknowledgeCancel: (run, message) =>
      finish(db, retentionHours, {
        ...run,
        transition: 'acknowledgeCancel',
        milestones: [{ type: 'CANCELED', message }],
      }),
  };
}

/** How long a worker may be silent before its job is given to another. Renewed by each write, at least every 3 s. */
export const leaseTime = sql.raw(`interval '10 seconds'`);
export const lease = sql`clock_timestamp() + ${leaseTime}`;

/** One text whatever their number, or each number would be prepared for itself. */
function insertOutputs(tx: Tx, id: string, outputs: readonly (typeof files.$inferInsert)[]) {
  return tx.execute(sql`
    with output as (
      select * from rows from (json_to_recordset(${JSON.stringify(outputs)}::json) as (
        id uuid, name text, "mediaType" text, bytes bigint, pages int, sha256 text, "storageKey" text
      )) with ordinality as output(id, name, media_type, bytes, pages, sha256, storage_key, n)
    ), file as (
      insert into files (id, issuer, subject, name, media_type, bytes, pages, sha256, storage_key, expires_at)
      select output.id, issuer, subject, output.name, media_type, bytes, pages, sha256, storage_key, expires_at
      from output, jobs where jobs.id = ${id}
    )
    insert into job_files (job_id, role, position, file_id) select ${id}, 'output', n - 1, id from output`);
}
