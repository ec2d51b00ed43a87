import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { ErrorCode } from '../errors.ts';
import { instant } from './instant.ts';
import type { StepCall } from '../pdf/model/step.ts';
import type { Kept } from '../pdf/model/written.ts';
import type { JobReport } from '../pdf/model/job-report.ts';

export const jobStates = ['QUEUED', 'RUNNING', 'CANCELING', 'COMPLETED', 'FAILED', 'CANCELED'] as const;
export type JobState = (typeof jobStates)[number];

export const jobStages = [
  'QUEUED',
  'ANALYZING',
  'SPLITTING',
  'PROCESSING',
  'MERGING',
  'SAVING',
  'DONE',
] as const;
export type JobStage = (typeof jobStages)[number];

export const jobEventTypes = [
  'CREATED',
  'STARTED',
  'STAGE',
  'STEP_DONE',
  'WARNING',
  'INTERRUPTED',
  'RESUMED',
  'CANCEL_REQUESTED',
  'COMPLETED',
  'FAILED',
  'CANCELED',
  'EXPIRED',
  'DELETED',
] as const;
export type JobEventType = (typeof jobEventTypes)[number];

export const unfinishedStates = ['QUEUED', 'RUNNING', 'CANCELING'] as const satisfies readonly JobState[];

/** Uploads and results. Bytes live in storage under `storageKey`; the row outlives them (`removedAt`). */
export const files = pgTable(
  'files',
  {
    id: uuid().primaryKey(),
    issuer: text().notNull(),
    subject: text().notNull(),
    name: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    mediaType: text('media_type').notNull(),
    sha256: text().notNull(),
    pages: integer(),
    /** What an uploaded document has, for the report of what a job kept; null of all else. */
    structures: jsonb().$type<Kept>(),
    storageKey: text('storage_key').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** Null while an unfinished job needs it. */
    expiresAt: timestamp('expires_at', { withTimezone: true }),
    removedAt: timestamp('removed_at', { withTimezone: true }),
  },
  (t) => [
    uniqueIndex('files_storage_key').on(t.storageKey),
    index('files_owner')
      .on(t.issuer, t.subject)
      .where(sql`${t.removedAt} is null`),
    index('files_expiry')
      .on(t.expiresAt)
      .where(sql`${t.removedAt} is null`),
    index('files_removed')
      .on(t.removedAt)
      .where(sql`${t.removedAt} is not null`),
  ],
);

/**
 * Uploads that have not become a file yet, which will have the same id. A row is a promise of room; whoever holds it, a
 * request in one of the web processes, is the only one to write its bytes.
 */
export const uploads = pgTable(
  'uploads',
  {
    id: uuid().primaryKey(),
    issuer: text().notNull(),
    subject: text().notNull(),
    /** As the client gave it: `Upload-Metadata` of tus. */
    metadata: text(),
    /** Bytes that it will have; what it was promised so far, where it does not say. */
    length: bigint({ mode: 'number' }).notNull(),
    /** Bytes that are here, durably. */
    received: bigint({ mode: 'number' }).notNull().default(0),
    /** Whether it may go on after its request has ended. */
    resumable: boolean().notNull(),
    /** When bytes came last. */
    touchedAt: timestamp('touched_at', { withTimezone: true }).notNull().defaultNow(),
    holder: uuid(),
    heldUntil: timestamp('held_until', { withTimezone: true }),
    /** Another request wants to go on with it. */
    wanted: boolean().notNull().default(false),
  },
  (t) => [index('uploads_owner').on(t.issuer, t.subject), index('uploads_touched').on(t.touchedAt)],
);

/** The truth of a job. Written by `jobs/` alone; `rev` rises with each write, `seq` with each timeline entry. */
export const jobs = pgTable(
  'jobs',
  {
    id: uuid().primaryKey(),
    issuer: text().notNull(),
    subject: text().notNull(),
    name: text().notNull(),
    /** Its own name and those of its inputs, a line each, to search in; null where they are long, or an older version made it. */
    names: text(),
    /** Whatever its owner sorts jobs by. */
    label: text(),
    /** What its results are to be called, see `plan/name-template.ts`. */
    outputName: text('output_name'),
    steps: jsonb().$type<readonly StepCall[]>().notNull(),
    state: text({ enum: jobStates }).notNull().default('QUEUED'),
    stage: text({ enum: jobStages }).notNull().default('QUEUED'),
    rev: integer().notNull().default(1),
    seq: integer().notNull().default(1),
    percent: real().notNull().default(0),
    current: integer(),
    total: integer(),
    /** When it is expected to end; null where nobody knows well enough. */
    eta: instant(),
    /** Which pass over the documents `ranges` is of, from 0. */
    pass: smallint().notNull().default(0),
    /** One character a range: `.` pending, `r` running, `i` interrupted while running, `d` done, `x` done again. */
    ranges: text().notNull().default(''),
    updatedAt: instant('updated_at')
      .notNull()
      .default(sql`now()`),
    /** When a job that has ended was last changed; null before. With `updatedAt` in an index, every tick would write all of them. */
    settledAt: instant('settled_at').generatedAlwaysAs(
      sql`case when state in ('QUEUED', 'RUNNING', 'CANCELING') then null else updated_at end`,
    ),
    attempt: integer().notNull().default(0),
    failures: integer().notNull().default(0),
    timeouts: integer().notNull().default(0),
    report: jsonb().$type<JobReport>(),
    errorCode: text('error_code').$type<ErrorCode>(),
    errorMessage: text('error_message'),
    retryOf: uuid('retry_of'),
    idempotencyKey: text('idempotency_key'),
    /** sha256 of the input that came with the key. */
    idempotencyHash: text('idempotency_hash'),
    /** Of a guest's job: whose turn it shares, see `Claimant`. */
    network: text(),
    /** Written and read by versions up to 0.1 only, which rang for one job at a time. */
    messageId: uuid('message_id'),
    leaseUntil: timestamp('lease_until', { withTimezone: true }),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
    expired: boolean().notNull().default(false),
    /** Deleted by its owner: no longer to be found, removed once no slot works on it. */
    hiddenAt: timestamp('hidden_at', { withTimezone: true }),
  },
  // No column that a tick changes is in one, so that a tick writes to none of them.
  (t) => [
    uniqueIndex('jobs_idempotency')
      .on(t.issuer, t.subject, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
    // With all that a list is filtered by: to look into an owner's rows costs a block each, as others' lie between them.
    index('jobs_owner')
      .on(t.issuer, t.subject, t.createdAt, t.id, t.state, t.names)
      .where(sql`${t.hiddenAt} is null`),
    index('jobs_owner_label')
      .on(t.issuer, t.subject, t.label, t.createdAt, t.id)
      .where(sql`${t.label} is not null and ${t.hiddenAt} is null`),
    index('jobs_owner_settled')
      .on(t.issuer, t.subject, t.settledAt)
      .where(sql`${t.settledAt} is not null`),
    index('jobs_owner_unfinished')
      .on(t.issuer, t.subject, t.createdAt, t.id)
      .where(sql`${t.state} in ('QUEUED', 'RUNNING', 'CANCELING')`),
    index('jobs_unfinished')
      .on(t.state)
      .where(sql`${t.state} in ('QUEUED', 'RUNNING', 'CANCELING')`),
    index('jobs_expiry')
      .on(t.expired, t.expiresAt)
      .where(sql`${t.expiresAt} is not null`),
    index('jobs_hidden')
      .on(t.hiddenAt)
      .where(sql`${t.hiddenAt} is not null`),
  ],
);

/** Which files a job reads, as documents or for its steps to draw, and which it made, in order. The same file may be an input twice. */
export const jobFiles = pgTable(
  'job_files',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    role: text({ enum: ['input', 'asset', 'output'] }).notNull(),
    position: smallint().notNull(),
    fileId: uuid('file_id')
      .notNull()
      .references(() => files.id),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.role, t.position] }), index('job_files_file').on(t.fileId)],
);

/** The timeline: append only, numbered 1, 2, 3 … without a hole, kept as long as the job. */
export const jobEvents = pgTable(
  'job_events',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    seq: integer().notNull(),
    at: instant()
      .notNull()
      .default(sql`clock_timestamp()`),
    type: text({ enum: jobEventTypes }).notNull(),
    message: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.seq] })],
);

/** The pages `[first, last)` of a pass, worked out. `bytes`: what came of it, in base64; null where it is in a file. */
export interface StoredRange {
  first: number;
  last: number;
  bytes: string | null;
}

/** What is done of an unfinished job: after a crash only the ranges that are not here run again. */
export const rangeResults = pgTable(
  'range_results',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    pass: smallint().notNull(),
    range: smallint().notNull(),
    result: jsonb().$type<StoredRange>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.pass, t.range] })],
);

/** When an owner, or the guests of a network, last had a slot while others waited. */
export const turns = pgTable('turns', {
  key: text().primaryKey(),
  endedAt: timestamp('ended_at', { withTimezone: true }).notNull(),
});

/** How long phases of work take beside what is expected of them: a running mean and variance of the logarithm. */
export const paces = pgTable('paces', {
  /** Kind of pass and phase. */
  key: text().primaryKey(),
  mean: real().notNull(),
  variance: real().notNull(),
  count: integer().notNull(),
});

/** One row: which installation this database is of. Its storage bears the same id. */
export const installation = pgTable('installation', {
  id: uuid().primaryKey(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Keys in storage that no row knows. */
export const orphans = pgTable('orphans', {
  key: text().primaryKey(),
  firstSeen: timestamp('first_seen', { withTimezone: true }).notNull().defaultNow(),
});

export type FileRow = typeof files.$inferSelect;
export type UploadRow = typeof uploads.$inferSelect;
export type JobRow = typeof jobs.$inferSelect;
export type JobEventRow = typeof jobEvents.$inferSelect;
