import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { isoInstant } from '../db/instant.ts';
import {
  type FileRow,
  files,
  type JobEventRow,
  type JobRow,
  type JobState,
  jobEvents,
  jobFiles,
  jobs,
  unfinishedStates,
} from '../db/tables.ts';
import type { Owner } from '../owner.ts';
import { type FilterableName, filterable } from './job-fields.ts';
import { cleaned } from './job-input.ts';
import { line } from './turns.ts';
import { toJobRow } from './write.ts';

export interface JobFilter extends Partial<Record<FilterableName, string>> {
  /** UUIDs. */
  ids?: readonly string[];
  states?: readonly JobState[];
  /** Part of the job's or an input's name. */
  text?: string;
}

/** Newest first. A cursor is `createdAt,id` of the row it stands at. */
export interface Page {
  limit: number;
  after?: string;
  before?: string;
  /** Take the page's end instead of its beginning. */
  fromEnd: boolean;
}

/** A job with its timeline entries after a given `seq`, as one statement saw them. */
export interface JobSnapshot {
  job: JobRow;
  events: JobEventRow[];
}

export type ChangedJob = Pick<JobRow, 'id' | 'issuer' | 'subject' | 'seq' | 'rev'>;

export interface JobReader {
  find(owner: Owner, id: string): Promise<JobRow | undefined>;
  list(owner: Owner, filter: JobFilter, page: Page): Promise<{ jobs: JobRow[]; more: boolean }>;
  count(owner: Owner, filter: JobFilter): Promise<number>;
  events(id: string, after: number, upTo: number, limit: number): Promise<JobEventRow[]>;
  /** For each job its files, in order. */
  files(jobIds: readonly string[], role: 'input' | 'asset' | 'output'): Promise<FileRow[][]>;
  /** Of those that wait, the place in the line; 1 is next. */
  places(ids: readonly string[]): Promise<Map<string, number>>;
  /** For feeds, so without an owner: they check it. Jobs that are gone are missing from the result. */
  snapshots(wanted: readonly { id: string; after: number }[]): Promise<JobSnapshot[]>;
  newestUnfinished(owner: Owner, limit: number): Promise<string[]>;
  /** The owners' jobs that changed in these last seconds, deleted ones too. */
  changed(owners: readonly Owner[], seconds: number): Promise<ChangedJob[]>;
}

export function createJobReader(db: Db): JobReader {
  return {
    async find(owner, id) {
      const [job] = await db
        .select()
        .from(jobs)
        .where(sql`id = ${id} and ${owned(owner)}`);
      return job;
    },

    async list(owner, filter, { limit, after, before, fromEnd }) {
      const order = fromEnd ? sql`created_at, id` : sql`created_at desc, id desc`;
      const wanted = sql.join(
        [
          matching(owner, filter),
          ...(after ? [sql`(created_at, id) < ${position(after)}`] : []),
          ...(before ? [sql`(created_at, id) > ${position(before)}`] : []),
        ],
        sql` and `,
      );
      // The index alone says which they are, and only their rows are read.
      const rows = await db
        .select()
        .from(jobs)
        .where(sql`id in (select id from jobs where ${wanted} order by ${order} limit ${limit + 1})`)
        .orderBy(order);
      const page = rows.slice(0, limit);
      return { jobs: fromEnd ? page.reverse() : page, more: rows.length > limit };
    },

    async count(owner, filter) {
      const [row] = await db.execute<{ count: number }>(
        sql`select count(*)::int as count from jobs where ${matching(owner, filter)}`,
      );
      return row?.count ?? 0;
    },

    events: (id, after, upTo, limit) =>
      db
        .select()
        .from(jobEvents)
        .where(sql`job_id = ${id} and seq > ${after} and seq <= ${upTo}`)
        .orderBy(jobEvents.seq)
        .limit(limit),

    async files(jobIds, role) {
      const rows = await db
        .select({ jobId: jobFiles.jobId, file: files })
        .from(jobFiles)
        .innerJoin(files, sql`${files.id} = ${jobFiles.fileId}`)
        .where(sql`${jobFiles.jobId} = any(${sql.param(jobIds)}::uuid[]) and ${jobFiles.role} = ${role}`)
        .orderBy(jobFiles.position);
      const found = Map.groupBy(rows, (row) => row.jobId);
      return jobIds.map((jobId) => found.get(jobId)?.map((row) => row.file) ?? []);
    },

    async places(ids) {
      const rows = await db.execute<{ id: string; place: number }>(
        sql`select id, place from ${line('all')} as line where id = any(${sql.param(ids)}::uuid[])`,
      );
      return new Map(rows.map(({ id, place }) => [id, place]));
    },

    async snapshots(wanted) {
      const ids = sql.param(wanted.map(({ id }) => id));
      const afters = sql.param(wanted.map(({ after }) => after));
      const rows = await db.execute<{ job: Record<string, unknown>; events: JobEventRow[] | null }>(sql`
        select to_json(jobs) as job, (
          select json_agg(json_build_object('jobId', job_id, 'seq', seq, 'at', at, 'type', type, 'message', message) order by seq)
          from job_events where job_id = jobs.id and seq > wanted.after
        ) as events
        from unnest(${ids}::uuid[], ${afters}::int[]) as wanted (id, after) join jobs on jobs.id = wanted.id`);
      return rows.map(({ job, events }) => ({
        job: toJobRow(job),
        events: (events ?? []).map((event) => ({ ...event, at: isoInstant(event.at) })),
      }));
    },

    async newestUnfinished(owner, limit) {
      const rows = await db
        .select({ id: jobs.id })
        .from(jobs)
        .where(sql`${owned(owner)} and state in ('QUEUED', 'RUNNING', 'CANCELING')`)
        .orderBy(sql`created_at desc, id desc`)
        .limit(limit);
      return rows.map((row) => row.id);
    },

    async changed(owners, seconds) {
      const wanted = owners.map(({ issuer, subject }) => ({ issuer, subject }));
      const ofOne = sql`select id, issuer, subject, seq, rev from jobs
        where jobs.issuer = wanted.issuer and jobs.subject = wanted.subject`;
      const since = sql`now() - make_interval(secs => ${seconds})`;
      // Each by an index of its own: not by walking all that an owner has ever had.
      return db.execute<ChangedJob & Record<string, unknown>>(sql`
        select changed.* from json_to_recordset(${JSON.stringify(wanted)}::json) as wanted(issuer text, subject text), lateral (
          ${ofOne} and state in ('QUEUED', 'RUNNING', 'CANCELING') and updated_at > ${since}
          union all ${ofOne} and settled_at > ${since}
        ) as changed`);
    },
  };
}

/** The row is this owner's and not deleted. */
export function owned({ issuer, subject }: Owner): SQL {
  return sql`issuer = ${issuer} and subject = ${subject} and hidden_at is null`;
}

export function isUnfinished(job: Pick<JobRow, 'state'>): boolean {
  return (unfinishedStates as readonly JobState[]).includes(job.state);
}

/** Of the index `jobs_owner` alone, but for jobs without `names`. */
function matching(owner: Owner, filter: JobFilter): SQL {
  const { ids, states, text } = filter;
  const like = `%${(text ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  return sql.join(
    [
      owned(owner),
      ...(ids ? [sql`id = any(${sql.param(ids)}::uuid[])`] : []),
      ...filterable.flatMap((name) => {
        const value = filter[name];
        return value ? [sql`${jobs[name]} = ${cleaned(name, value)}`] : [];
      }),
      ...(states ? [sql`state = any(${sql.param(states)}::text[])`] : []),
      ...(text
        ? [
            sql`coalesce(names ilike ${like}, (select bool_or(long.name ilike ${like} or files.name ilike ${like})
              from jobs as long left join job_files on job_id = long.id and role = 'input' left join files on files.id = file_id
              where long.id = jobs.id))`,
          ]
        : []),
    ],
    sql` and `,
  );
}

function position(cursor: string): SQL {
  const [createdAt, id] = cursor.split(',');
  return sql`(${createdAt}::timestamptz, ${id}::uuid)`;
}
