import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { oneAtATime } from '../db/one-at-a-time.ts';
import { type JobRow, jobFiles } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { type Claimant, type Owner, ownerHash } from '../owner.ts';
import { createJob, type Limits } from './create.ts';
import { finish } from './finish.ts';
import type { NewJob } from './job-fields.ts';
import { copyOf } from './job-input.ts';
import type { Queue } from './queue.ts';
import { isUnfinished, type JobReader, owned } from './read.ts';
import { cancelChannel, type Change, write } from './write.ts';

/** What an owner may do to jobs. A job of another owner is not found, as one that does not exist. */
export interface Jobs {
  create(owner: Claimant, input: Omit<NewJob, 'retryOf'>): Promise<JobRow>;
  cancel(owner: Owner, id: string): Promise<{ job: JobRow | undefined; error?: AppError }>;
  retry(owner: Claimant, id: string, idempotencyKey?: string): Promise<JobRow>;
  /** Hides the job at once; `purge` removes it when no slot works on it any more. False where there is none. */
  delete(owner: Owner, id: string): Promise<boolean>;
}

export function createJobs(options: {
  db: Db;
  queue: Queue;
  read: JobReader;
  limits: Limits;
  retentionHours: number;
}): Jobs {
  const { db, queue, read, limits, retentionHours } = options;
  const inTurn = oneAtATime();
  const create = (owner: Claimant, input: NewJob) =>
    inTurn(ownerHash(owner), () => createJob(db, queue, limits, owner, input));

  return {
    create,

    async cancel(owner, id) {
      const stopped = (await withdraw(owner, id)) ?? (await requestCancel(owner, id));
      if (stopped) return { job: stopped };
      const job = await read.find(owner, id);
      if (!job)
        return {
          job: undefined,
          error: new AppError('NOT_FOUND', 'There is no such job.', { field: ['input', 'id'] }),
        };
      if (job.state === 'CANCELING') return { job };
      return {
        job,
        error: new AppError('ALREADY_FINISHED', 'The job had already ended.', { field: ['input', 'id'] }),
      };
    },

    async retry(owner, id, idempotencyKey) {
      const job = await read.find(owner, id);
      const refuse = (code: AppError['code'], message: string) =>
        new AggregateError([new AppError(code, message, { field: ['input', 'id'] })]);
      if (!job) throw refuse('NOT_FOUND', 'There is no such job.');
      if (isUnfinished(job))
        throw refuse('INVALID_INPUT', 'The job has not ended yet. Cancel it first, or wait.');
      const inputs = await db
        .select()
        .from(jobFiles)
        .where(sql`job_id = ${id} and role = 'input'`)
        .orderBy(jobFiles.position);
      const copy = copyOf(
        job,
        inputs.map((input) => input.fileId),
      );
      return create(owner, { ...copy, idempotencyKey, retryOf: id });
    },

    async delete(owner, id) {
      // With the cancel in one change: whoever watches reads why the job ends, and that it is gone, or neither.
      const job =
        (await withdraw(owner, id, deletion)) ??
        (await requestCancel(owner, id, deletion)) ??
        // Drained between the two.
        (await withdraw(owner, id, deletion)) ??
        (await write(db, { id, transition: 'annotate', where: owned(owner), ...deletion }));
      return job !== undefined;
    },
  };

  function withdraw(owner: Owner, id: string, also: Also = nothing) {
    return finish(db, retentionHours, {
      id,
      transition: 'withdraw',
      where: owned(owner),
      set: also.set,
      milestones: [{ type: 'CANCELED', message: 'Canceled while it waited' }, ...also.milestones],
    });
  }

  function requestCancel(owner: Owner, id: string, also: Also = nothing) {
    return db.transaction(async (tx) => {
      const job = await write(tx, {
        id,
        transition: 'requestCancel',
        where: owned(owner),
        set: also.set,
        milestones: [{ type: 'CANCEL_REQUESTED', message: 'Stopping, as asked' }, ...also.milestones],
      });
      if (job) await tx.execute(sql`select pg_notify(${cancelChannel}, ${id})`);
      return job;
    });
  }
}

/** What a cancel brings with it. */
type Also = Required<Pick<Change, 'set' | 'milestones'>>;

const nothing: Also = { set: [], milestones: [] };

/** A freed key lets the owner make the same job again. */
const deletion: Also = {
  set: [sql`hidden_at = now(), idempotency_key = null`],
  milestones: [{ type: 'DELETED', message: 'Deleted by its owner' }],
};
