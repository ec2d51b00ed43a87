import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { inOneTrip } from '../db/in-one-trip.ts';
import { type FileRow, files, type JobRow, jobs } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { newId, parseId } from '../id.ts';
import { type Claimant, type Owner, ownerHash } from '../owner.ts';
import { count } from '../count.ts';
import { parseSteps } from '../pdf/parse-steps.ts';
import { bind } from '../pdf/registry.ts';
import { checkPlan } from '../pdf/plan/plan.ts';
import { joinedName } from '../pdf/plan/result-names.ts';
import type { PlanLimits } from '../pdf/plan/plan-limits.ts';
import type { StepCall } from '../pdf/model/step.ts';
import { assetsOf } from './assets.ts';
import type { NewJob } from './job-fields.ts';
import { faultsOf, hashOf, textsOf } from './job-input.ts';
import type { Queue } from './queue.ts';
import { entries, jobColumns, notify, toJobRow } from './write.ts';

/**
 * Makes a job, its first timeline entry, its message and the NOTIFY in one transaction.
 * @throws AggregateError of {@link AppError}s with `field` paths below `input`: everything that the user can mend.
 */
export async function createJob(
  db: Db,
  queue: Queue,
  limits: Limits,
  owner: Claimant,
  input: NewJob,
): Promise<JobRow> {
  const faults = faultsOf(input);
  if (faults.length > 0) throw new AggregateError(faults);
  const hash = hashOf(input);
  return db.transaction(async (tx) => {
    // One owner's creations take turns: the idempotency key and the limit see the others.
    const [, [known], [backlog]] = await inOneTrip(
      tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ownerHash(owner)}, 0))`),
      findByKey(tx, owner, input.idempotencyKey ?? null),
      countUnfinished(tx, owner),
    );
    if (known) {
      if (known.idempotencyHash === hash) return known;
      throw refusal(
        'IDEMPOTENCY_CONFLICT',
        'This idempotency key was used for another job.',
        'idempotencyKey',
      );
    }
    checkBacklog(limits, backlog?.count ?? 0);
    const inputs = await claimInputs(tx, owner, input.fileIds);
    checkSize(inputs, limits);
    const steps = checkSteps(input.steps, inputs, limits);
    const assets = await claimAssets(tx, owner, steps);
    const id = newId();
    const [job] = await Promise.all([
      insert(tx, id, owner, input, { inputs, assets }, steps, hash),
      queue.ring(tx, id),
    ]);
    return job;
  });
}

export interface Limits extends PlanLimits {
  maxUnfinishedJobs: number;
}

/** None has the key null. */
function findByKey(tx: Tx, owner: Owner, key: string | null) {
  return tx
    .select()
    .from(jobs)
    .where(sql`issuer = ${owner.issuer} and subject = ${owner.subject} and idempotency_key = ${key}`);
}

function countUnfinished(tx: Tx, owner: Owner) {
  return tx.execute<{ count: number }>(sql`
    select count(*)::int as count from jobs
    where issuer = ${owner.issuer} and subject = ${owner.subject} and state in ('QUEUED', 'RUNNING', 'CANCELING')`);
}

function checkBacklog(limits: Limits, unfinished: number) {
  if (unfinished >= limits.maxUnfinishedJobs)
    throw refusal(
      'LIMIT_EXCEEDED',
      `You have ${count(unfinished, 'unfinished job')}, the most allowed. Wait for one to end, or cancel one.`,
    );
}

async function claimInputs(tx: Tx, owner: Owner, ids: readonly (string | undefined)[]): Promise<FileRow[]> {
  if (ids.length === 0) throw refusal('INVALID_INPUT', 'Choose at least one file.', 'fileIds');
  return claimFiles(
    tx,
    owner,
    ids.map((id, i) => ({ id, field: ['input', 'fileIds', String(i)] })),
    (file) => (file.pages === null ? `${file.name} is no PDF.` : undefined),
  );
}

function claimAssets(tx: Tx, owner: Owner, steps: readonly StepCall[]): Promise<FileRow[]> {
  return claimFiles(
    tx,
    owner,
    assetsOf(steps).map(({ id, field }) => ({
      id: parseId('file', id),
      field: ['input', 'steps', ...field],
    })),
    ({ name, mediaType }) => (mediaType.startsWith('image/') ? undefined : `${name} is no PNG or JPEG.`),
  );
}

/**
 * The files in the order asked for, kept from expiring by this transaction on.
 * @param fault why a file cannot be used for this, if it cannot
 */
async function claimFiles(
  tx: Tx,
  owner: Owner,
  asked: readonly { id: string | undefined; field: readonly string[] }[],
  fault: (file: FileRow) => string | undefined,
): Promise<FileRow[]> {
  if (asked.length === 0) return [];
  const wanted = [...new Set(asked.map(({ id }) => id).filter((id) => id !== undefined))];
  const rows = await tx
    .update(files)
    .set({ expiresAt: null })
    .where(
      sql`id in (select id from files where id = any(${sql.param(wanted)}::uuid[]) order by id for update)
        and issuer = ${owner.issuer} and subject = ${owner.subject}
        and (removed_at is not null or expires_at is null or expires_at > now())`,
    )
    .returning();
  const found = new Map(rows.map((row) => [row.id, row]));
  const problems: AppError[] = [];
  const claimed = asked.flatMap(({ id, field }) => {
    const file = id === undefined ? undefined : found.get(id);
    const wrong = file && fault(file);
    if (!file) problems.push(new AppError('NOT_FOUND', 'There is no such file. Upload it again.', { field }));
    else if (file.removedAt)
      problems.push(new AppError('INPUT_EXPIRED', `${file.name} has expired. Upload it again.`, { field }));
    else if (wrong) problems.push(new AppError('UNSUPPORTED', wrong, { field }));
    return file ?? [];
  });
  if (problems.length > 0) throw new AggregateError(problems);
  return claimed;
}

function checkSize(inputs: readonly FileRow[], { maxJobPages }: Limits) {
  const pages = inputs.reduce((sum, file) => sum + (file.pages ?? 0), 0);
  if (pages > maxJobPages)
    throw refusal(
      'LIMIT_EXCEEDED',
      `The files have ${pages} pages in all; ${maxJobPages} are the most that a job takes.`,
      'fileIds',
    );
}

function checkSteps(
  raw: NewJob['steps'],
  inputs: readonly FileRow[],
  limits: PlanLimits,
): readonly StepCall[] {
  if (raw.length === 0) throw refusal('INVALID_INPUT', 'Choose at least one step.', 'steps');
  const { calls, problems } = parseSteps(raw);
  if (problems.length === 0) {
    try {
      checkPlan(
        bind(calls),
        inputs.map(({ name, pages }) => ({ name, pages: pages ?? 0 })),
        limits,
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new AggregateError(problems.map(belowSteps));
  return calls;
}

function belowSteps({ code, message, field }: AppError): AppError {
  return new AppError(code, message, { field: ['input', 'steps', ...field] });
}

async function insert(
  tx: Tx,
  id: string,
  owner: Claimant,
  input: NewJob,
  { inputs, assets }: { inputs: readonly FileRow[]; assets: readonly FileRow[] },
  steps: readonly StepCall[],
  hash: string,
) {
  const { issuer, subject, network = null } = owner;
  const texts = textsOf(input);
  const name = texts.name ?? joinedName(inputs.map((file) => file.name));
  const row: Partial<Record<keyof JobRow, unknown>> = {
    ...texts,
    id,
    issuer,
    subject,
    network,
    name,
    names: namesOf(name, inputs),
    steps: sql`${JSON.stringify(steps)}::jsonb`,
    retryOf: input.retryOf ?? null,
    idempotencyHash: texts.idempotencyKey && hash,
  };
  const inserting = tx.execute(sql`
    with created as (
      insert into jobs ${columnsAndValues(row)}
      returning *
    ), entries as (
      insert into job_events (job_id, seq, type, message)
      select created.id, entry.n::int, entry.type, entry.message
      from created, ${entries([{ type: 'CREATED', message: 'Created and queued' }])}
    )
    select ${jobColumns}, ${notify(sql`created`)} from created`);
  const [rows] = await inOneTrip(
    inserting,
    useFiles(tx, id, 'input', inputs),
    useFiles(tx, id, 'asset', assets),
  );
  return toJobRow(rows[0] ?? {});
}

function useFiles(tx: Tx, id: string, role: 'input' | 'asset', used: readonly FileRow[]) {
  const ids = used.map((file) => file.id);
  return tx.execute(sql`
    insert into job_files (job_id, role, position, file_id)
    select ${id}, ${role}, n - 1, file_id from unnest(${sql.param(ids)}::uuid[]) with ordinality as used(file_id, n)`);
}

function columnsAndValues(row: Partial<Record<keyof JobRow, unknown>>): SQL {
  const columns = getTableColumns(jobs);
  const names = Object.keys(row).map((key) => sql.identifier(columns[key as keyof JobRow].name));
  const values = Object.values(row).map((value) => sql`${value}`);
  return sql`(${sql.join(names, sql`, `)}) values (${sql.join(values, sql`, `)})`;
}

/** A line each, to search in; null where that is more than an index takes beside the owner. */
function namesOf(name: string, inputs: readonly FileRow[]): string | null {
  const names = [...new Set([name, ...inputs.map((file) => file.name)])].join('\n');
  return Buffer.byteLength(names) > mostNameBytes ? null : names;
}

const mostNameBytes = 1_000;

function refusal(code: AppError['code'], message: string, field?: string): AggregateError {
  return new AggregateError([new AppError(code, message, { field: field ? ['input', field] : ['input'] })]);
}
