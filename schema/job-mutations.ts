import type { JobRow } from '../server/db/tables.ts';
import { AppError } from '../server/errors.ts';
import { parseId } from '../server/id.ts';
import { builder, viewerOf } from './builder.ts';
import { Job } from './job.ts';
import { StepInput } from './step.ts';
import { refusals, UserError, userError, type UserErrorShape } from './user-error.ts';

interface Payload {
  job: JobRow | undefined;
  userErrors: UserErrorShape[];
}

/** Job payloads differ in name only: each may grow fields of its own. */
function jobPayload(name: string) {
  return builder.objectRef<Payload>(name).implement({
    fields: (t) => ({
      job: t.field({ type: Job, nullable: true, resolve: ({ job }) => job }),
      userErrors: t.field({ type: [UserError], resolve: ({ userErrors }) => userErrors }),
    }),
  });
}

const keyDescription =
  'Per owner: same key and same input, same job; same key and other input: IDEMPOTENCY_CONFLICT.';

const CreateJobInput = builder.inputType('CreateJobInput', {
  fields: (t) => ({
    fileIds: t.idList({
      required: true,
      description: 'Uploads of yours, in order; the same may come twice.',
    }),
    steps: t.field({ type: [StepInput], required: true, description: 'Done one after the other.' }),
    name: t.string({ description: 'To find it again; the name of the first file unless given.' }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

builder.mutationField('createJob', (t) =>
  t.field({
    type: jobPayload('CreateJobPayload'),
    description: 'Answers at once with a queued job; watch it with `jobProgress`.',
    args: { input: t.arg({ type: CreateJobInput, required: true }) },
    async resolve(_, { input }, context) {
      const viewer = viewerOf(context);
      context.services.limits.jobs.take(viewer);
      const { result: job, userErrors } = await refusals(async () =>
        context.services.jobs.create(viewer, {
          fileIds: input.fileIds.map((id) => parseId('file', id)),
          steps: input.steps
            .flatMap((step) => Object.entries(step))
            .map(([name, options]) => ({ name, options: { ...options } })),
          name: text(input.name, 'name', 500),
          idempotencyKey: text(input.idempotencyKey, 'idempotencyKey', 200),
        }),
      );
      return { job, userErrors };
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
      if (!id) return { job: undefined, userErrors: [notFound()] };
      const { job, error } = await context.services.jobs.cancel(viewer, id);
      return { job, userErrors: error ? [userError(error)] : [] };
    },
  }),
);

const RetryJobInput = builder.inputType('RetryJobInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    idempotencyKey: t.string({ description: keyDescription }),
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
      if (!id) return { job: undefined, userErrors: [notFound()] };
      const { result: job, userErrors } = await refusals(async () =>
        context.services.jobs.retry(viewer, id, text(input.idempotencyKey, 'idempotencyKey', 200)),
      );
      return { job, userErrors };
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
      userErrors: t.field({ type: [UserError], resolve: ({ userErrors }) => userErrors }),
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
      if (!id || !(await context.services.jobs.delete(viewer, id)))
        return { deletedId: null, userErrors: [notFound()] };
      context.services.purge();
      return { deletedId: input.id, userErrors: [] };
    },
  }),
);

function notFound(): UserErrorShape {
  return { code: 'NOT_FOUND', message: 'There is no such job.', field: ['input', 'id'] };
}

/** Postgres cannot hold NUL in text. */
function text(value: string | null | undefined, field: string, max: number): string | undefined {
  if (value == null || value === '') return undefined;
  if (value.length > max || value.includes('\0'))
    throw new AppError('INVALID_INPUT', `"${field}" must be plain text of at most ${max} characters.`, {
      field: ['input', field],
    });
  return value;
}
