import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { isoInstant } from '../db/instant.ts';
import { type JobEventType, type JobRow, type JobStage, type JobState, jobs } from '../db/tables.ts';

/** Where a job stands, as its row has it. `ranges`: one character each, see `db/tables.ts`. */
export interface Progress {
  percent: number;
  stage: JobStage;
  current: number | null;
  total: number | null;
  /** ISO 8601. */
  eta: string | null;
  pass: number;
  ranges: string;
}

/** Milestones that the job's end is to take along. */
export interface Unwritten {
  /** Where the job stood with the last of them; undefined where nothing waits. */
  progress: Progress | undefined;
  milestones: readonly Milestone[];
}

/**
 * The only legal changes of state; everything else matches no row and changes nothing.
 * COMPLETED that commits first wins over a cancel, a cancel wins over retry and recovery.
 */
const transitions = {
  claim: { from: ['QUEUED'], to: 'RUNNING' },
  /** A milestone of a running attempt: a stage, a warning, a step done. */
  proceed: { from: ['RUNNING'], to: 'RUNNING' },
  complete: { from: ['RUNNING'], to: 'COMPLETED' },
  fail: { from: ['RUNNING'], to: 'FAILED' },
  requeue: { from: ['RUNNING'], to: 'QUEUED' },
  withdraw: { from: ['QUEUED'], to: 'CANCELED' },
  requestCancel: { from: ['RUNNING'], to: 'CANCELING' },
  acknowledgeCancel: { from: ['CANCELING'], to: 'CANCELED' },
  /** After the end: files expired, or the owner deleted the job. */
  annotate: { from: ['QUEUED', 'RUNNING', 'CANCELING', 'COMPLETED', 'FAILED', 'CANCELED'], to: undefined },
} as const satisfies Record<string, { from: readonly JobState[]; to: JobState | undefined }>;

export type Transition = keyof typeof transitions;

export interface Milestone {
  type: JobEventType;
  message: string;
}

export interface Change {
  /** Or what gives it. */
  id: string | SQL;
  transition: Transition;
  /** Fences: an attempt that is no longer the present one changes nothing. */
  attempt?: number;
  /** Further columns to set, as SQL assignments. */
  set?: readonly SQL[];
  /** Further conditions. */
  where?: SQL;
  milestones: readonly Milestone[];
}

/**
 * Commits one change of a job: the guarded row, its timeline entries and the NOTIFY, in one statement.
 * @returns the new row, or undefined where the guard did not hold: somebody else was first.
 */
export async function write(db: Db | Tx, change: Change): Promise<JobRow | undefined> {
  return written(await writing(db, change));
}

/** The same as a query that is not sent yet; `written` reads its answer. */
export function writing(db: Db | Tx, change: Change) {
  const { from, to } = transitions[change.transition];
  const { milestones } = change;
  const assignments = [
    sql`rev = rev + 1, seq = seq + ${milestones.length}, updated_at = clock_timestamp()`,
    ...(to ? [sql`state = ${to}`] : []),
    ...(change.set ?? []),
  ];
  const conditions = [
    sql`id = ${change.id} and state in ${from}`,
    ...(change.attempt === undefined ? [] : [sql`attempt = ${change.attempt}`]),
    ...(change.where ? [change.where] : []),
  ];
  return db.execute(sql`
    with changed as (
      update jobs set ${sql.join(assignments, sql`, `)} where ${sql.join(conditions, sql` and `)} returning *
    ), entries as (
      insert into job_events (job_id, seq, at, type, message)
      select changed.id, changed.seq - ${milestones.length} + entry.n::int, changed.updated_at, entry.type, entry.message
      from changed, ${entries(milestones)}
    )
    select ${jobColumns}, ${notify(sql`changed`)} from changed`);
}

export function written([row]: readonly Record<string, unknown>[]): JobRow | undefined {
  return row && toJobRow(row);
}

/**
 * By name: what a prepared statement gives must stay the same where a newer version has added a column, or it fails once
 * in each connection, and with it the transaction that it is in.
 */
export const jobColumns = sql.join(
  Object.values(getTableColumns(jobs)).map(({ name }) => sql.identifier(name)),
  sql`, `,
);

/** Timeline entries as a row source: `entry(type, message, n)`, n from 1. */
export function entries(milestones: readonly Milestone[]): SQL {
  const json = JSON.stringify(milestones);
  return sql`rows from (json_to_recordset(${json}::json) as (type text, message text)) with ordinality as entry(type, message, n)`;
}

/**
 * Tells every web process to look at this job, and enough for a progress tick to need no read. Nothing private:
 * any database role may LISTEN. Well below the 8,000 bytes that a payload may have.
 */
export function notify(row: SQL): SQL {
  return sql`pg_notify(${jobsChannel}, json_build_object(
    'id', ${row}.id, 'rev', ${row}.rev, 'seq', ${row}.seq, 'state', ${row}.state, 'stage', ${row}.stage,
    'percent', ${row}.percent, 'current', ${row}.current, 'total', ${row}.total, 'ranges', ${row}.ranges,
    'eta', ${row}.eta, 'at', ${row}.updated_at,
    'owner', left(encode(sha256(convert_to(${row}.issuer || chr(10) || ${row}.subject, 'UTF8')), 'hex'), 32))::text)`;
}

export const jobsChannel = 'octavo_jobs';
/** Job ids that a worker shall stop; the row says why. */
export const cancelChannel = 'octavo_cancel';

/** A row as the raw driver gives it: snake_case columns, instants in Postgres' or JSON's writing. */
export function toJobRow(raw: Record<string, unknown>): JobRow {
  const row: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(raw))
    row[column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())] = value;
  for (const instant of ['createdAt', 'updatedAt', 'startedAt', 'finishedAt', 'settledAt', 'eta'])
    if (typeof row[instant] === 'string') row[instant] = isoInstant(row[instant]);
  for (const date of ['expiresAt', 'leaseUntil', 'hiddenAt'])
    if (typeof row[date] === 'string') row[date] = new Date(row[date]);
  return row as JobRow;
}
