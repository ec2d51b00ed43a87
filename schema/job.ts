import { JobReport } from './report.ts';
import { Progress } from './progress.ts';
import { most } from '../server/bounds.ts';
import { jobStates } from '../server/db/tables.ts';
import { type ErrorCode as Code, isRetryable } from '../server/errors.ts';
import { parseId, publicId } from '../server/id.ts';
import type { StepCall } from '../server/pdf/model/step.ts';
import { question } from './bounds.ts';
import { builder, type Context, viewerOf } from './builder.ts';
import { File } from './file.ts';
import { JobEventConnection, readEvents, timelinePages } from './job-event.ts';
import { Node } from './node.ts';
import { ErrorCode } from './user-error.ts';
import type { WatchedJob } from '../server/jobs/live-job.ts';

export const JobState = builder.enumType('JobState', { values: jobStates });

const JobStep = builder.objectRef<StepCall>('JobStep').implement({
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As in StepInput.' }),
    options: t.string({
      // All of a job's together are no longer than the request was.
      weight: 20,
      description: 'JSON of what was asked, defaults filled in.',
      resolve: (step) => JSON.stringify(step.options),
    }),
  }),
});

const JobError = builder.objectRef<{ code: Code; message: string }>('JobError').implement({
  description: 'Why a job failed, and whether trying again can help.',
  fields: (t) => ({
    code: t.field({ type: ErrorCode, resolve: (error) => error.code }),
    message: t.exposeString('message'),
    retryable: t.boolean({ resolve: (error) => isRetryable(error.code) }),
  }),
});

/** What a ZIP without its 64-bit extension can hold, its own directory aside. */
const mostArchived = 4e9;

export const Job = builder.objectRef<WatchedJob>('Job');

Job.implement({
  description: 'One request to change some PDFs, and all that became of it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: (job) => publicId('job', job.id) }),
    name: t.exposeString('name'),
    label: t.exposeString('label', { nullable: true, description: 'As it was given.' }),
    outputName: t.exposeString('outputName', { nullable: true, description: 'As it was given.' }),
    state: t.field({ type: JobState, resolve: (job) => job.state }),
    seq: t.exposeInt('seq', { description: 'Number of the last timeline entry; rises by one with each.' }),
    progress: t.field({ type: Progress, resolve: (job) => job }),
    attempt: t.exposeInt('attempt', { description: 'Times a worker has claimed it.' }),
    inputs: t.field({
      type: [File],
      most: most.files,
      resolve: (job, _, context) => filesOf(job, 'input', context),
    }),
    outputs: t.field({
      type: [File],
      most: most.documents,
      description: 'Empty until COMPLETED; all at once then.',
      resolve: (job, _, context) => (job.state === 'COMPLETED' ? filesOf(job, 'output', context) : []),
    }),
    archive: t.string({
      nullable: true,
      description:
        'Signed link, like `File.url`, to one ZIP of all results. Null where there are fewer than two, or more than 4 GB.',
      async resolve(job, _, context) {
        if (job.state !== 'COMPLETED' || job.expired) return null;
        const outputs = await filesOf(job, 'output', context);
        const bytes = outputs.reduce((sum, file) => sum + file.bytes, 0);
        return outputs.length > 1 && bytes < mostArchived ? context.services.links.signArchive(job.id) : null;
      },
    }),
    steps: t.field({ type: [JobStep], most: most.steps, resolve: (job) => [...job.steps] }),
    report: t.field({
      type: JobReport,
      nullable: true,
      description: 'What was kept, changed and lost. Null until COMPLETED.',
      resolve: (job) => job.report,
    }),
    error: t.field({
      type: JobError,
      nullable: true,
      resolve: ({ errorCode, errorMessage }) => errorCode && { code: errorCode, message: errorMessage ?? '' },
    }),
    retryOf: t.field({
      type: Job,
      nullable: true,
      weight: question,
      description: 'The job that this one tries again; null too where that is gone.',
      resolve: (job, _, context) =>
        job.retryOf ? context.services.read.find(viewerOf(context), job.retryOf) : null,
    }),
    queuePosition: t.int({
      nullable: true,
      weight: question,
      description: '1 is next. Null where it is not queued.',
      resolve: queuePositionOf,
    }),
    createdAt: t.field({ type: 'DateTime', resolve: (job) => job.createdAt }),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: (job) => job.startedAt }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: (job) => job.finishedAt }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its files go: the end of the job and the retention. Null while unfinished.',
      resolve: (job) => job.expiresAt,
    }),
    expired: t.exposeBoolean('expired', { description: 'Its files are gone.' }),
    events: t.field({
      type: JobEventConnection,
      weight: question,
      description: 'The timeline.',
      ...timelinePages,
      args: {
        first: t.arg.int({ min: 0, max: timelinePages.most }),
        after: t.arg.int({ min: 0, defaultValue: 0, description: 'Entries after this seq.' }),
      },
      resolve: (job, { first, after }, context) => readEvents(job, first, after ?? 0, context),
    }),
  }),
});

export function queuePositionOf(job: WatchedJob, _: unknown, { queuePlaces }: Context) {
  if (job.state !== 'QUEUED') return null;
  return job.place === undefined ? queuePlaces.load(job.id) : job.place;
}

/** No tick changes them: of a watched job they are read once for each milestone, however many ask. */
function filesOf({ id, files }: WatchedJob, role: 'input' | 'output', { jobFiles }: Context) {
  const known = files?.get(role);
  if (known) return known;
  const reading = jobFiles[role].load(id);
  files?.set(role, reading);
  reading.catch(() => files?.delete(role));
  return reading;
}

builder.queryField('job', (t) =>
  t.field({
    type: Job,
    nullable: true,
    description:
      'Null where it does not exist or is not yours; the two cannot be told apart, here and everywhere.',
    args: { id: t.arg.id({ required: true }) },
    resolve(_, { id }, context) {
      const viewer = viewerOf(context);
      const jobId = parseId('job', id);
      return jobId ? context.services.read.find(viewer, jobId) : null;
    },
  }),
);
