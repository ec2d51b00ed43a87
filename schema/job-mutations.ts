import type { JobRow } from '../server/db/tables.ts';
import { most } from '../server/bounds.ts';
import { AppError } from '../server/errors.ts';
import { parseId } from '../server/id.ts';
import { jobFields } from '../server/jobs/job-fields.ts';
import { builder, viewerOf } from './builder.ts';
import { CreateJobInput, newJob } from './create-job-input.ts';
import { Job } from './job.ts';
import { userError, type UserErrorShape } from './refusals.ts';
import { UserError } from './user-error.ts';

interface Payload {
  job: JobRow | undefined;
  userErrors: UserErrorShape[];
}

/** Job payloads differ in name only: each may grow fields of its own. */
function jobPayload(name: string) {
  return builder.objectRef<Payload>(name).implement({
    fields: (t) => ({
      job: t.field({ type: Job, nullable: true, resolve: ({ job }) => job }),
      userErrors: t.field({
        type: [UserError],
        most: most.files,
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });
}

builder.mutationField('createJob', (t) =>
  t.field({
    type: jobPayload('CreateJobPayload'),
    description: 'Answers at once with a queued job; watch it with `jobProgress`.',
    args: { input: t.arg({ type: CreateJobInput, required: true }) },
    async resolve(_, { input }, context) {
      const viewer = viewerOf(context);
      context.services.limits.jobs.take(viewer);
      const job = await context.services.jobs.create(viewer, newJob(input));
      return { job, userErrors: [] };
    },
  }),
);

const CancelJobInput = builder.inputType('CancelJobInput', {
  fields: (t) => ({ id: t.id({ required: true }) }),
});

builder.mutationField('cancelJob', (t) =>
  t.field({
    type: jobPayload('CancelJobPayload'),
    description:
      'CANCELING until the worker has stopped. Of a finished job: `userErrors` ALREADY_FINISHED, and the job.',
    args: { input: t.arg({ type: CancelJobInput, required: true }) },
    async resolve(_, { input }, context) {
      const viewer = viewerOf(context);
      const id = parseId('job', input.id);
      if (!id) throw notFound();
      const { job, error } = await context.services.jobs.cancel(viewer, id);
      return { job, userErrors: error ? [userError(error)] : [] };
    },
  }),
);

const key = jobFields.idempotencyKey;

const RetryJobInput = builder.inputType('RetryJobInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    idempotencyKey: t.string({ maxLength: key.maxLength, description: key.description }),
  }),
});

builder.mutationField('retryJob', (t) =>
  t.field({
    type: jobPayload('RetryJobPayload'),
    description: 'A new job from the same inputs and steps; a finished job never opens again.',
    args: { input: t.arg({ type: RetryJobInput, required: true }) },
    async resolve(_, { input }, context) {
      const viewer = viewerOf(context);
      context.services.limits.jobs.take(viewer);
      const id = parseId('job', input.id);
      if (!id) throw notFound();
      const job = await context.services.jobs.retry(viewer, id, input.idempotencyKey || undefined);
      return { job, userErrors: [] };
    },
  }),
);

const DeleteJobInput = builder.inputType('DeleteJobInput', {
  fields: (t) => ({ id: t.id({ required: true }) }),
});

const DeleteJobPayload = builder
  .objectRef<{ deletedId: string | null; userErrors: UserErrorShape[] }>('DeleteJobPayload')
  .implement({
    fields: (t) => ({
      deletedId: t.id({ nullable: true, resolve: ({ deletedId }) => deletedId }),
      userErrors: t.field({
        type: [UserError],
        most: most.files,
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });

builder.mutationField('deleteJob', (t) =>
  t.field({
    type: DeleteJobPayload,
    description: 'Hides the job at once, cancels it if need be, then removes it and its files.',
    args: { input: t.arg({ type: DeleteJobInput, required: true }) },
    async resolve(_, { input }, context) {
      const viewer = viewerOf(context);
      const id = parseId('job', input.id);
      if (!id || !(await context.services.jobs.delete(viewer, id))) throw notFound();
      context.services.purge();
      return { deletedId: input.id, userErrors: [] };
    },
  }),
);

function notFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such job.', { field: ['input', 'id'] });
}
