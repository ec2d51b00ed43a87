import { Progress } from './progress.ts';
import { most } from '../server/bounds.ts';
import { AppError } from '../server/errors.ts';
import { parseId } from '../server/id.ts';
import type { JobUpdate } from '../server/jobs/job-update.ts';
import { builder, viewerOf } from './builder.ts';
import { Job, queuePositionOf } from './job.ts';
import { JobEvent } from './job-event.ts';

const JobProgress = builder.objectRef<JobUpdate>('JobProgress').implement({
  description: 'One consistent snapshot: `seq` = `job.seq` = `seq` of the last entry.',
  fields: (t) => ({
    seq: t.int({ resolve: ({ job }) => job.seq }),
    job: t.field({
      type: Job,
      description:
        'All of it in every payload: `milestone`, `progress` and `queuePosition` tell the same and cost less.',
      resolve: ({ job }) => job,
    }),
    milestone: t.field({
      type: Job,
      nullable: true,
      description:
        "The job in the stream's first payload of it and wherever the timeline has grown; null on a tick, which changes `progress` and `queuePosition` only.",
      resolve: ({ job, tick }) => (tick ? null : job),
    }),
    progress: t.field({ type: Progress, resolve: ({ job }) => job }),
    queuePosition: t.int({
      nullable: true,
      description: 'As of `Job`.',
      resolve: ({ job }, args, context) => queuePositionOf(job, args, context),
    }),
    events: t.field({
      type: [JobEvent],
      most: most.told,
      description: "The timeline entries since this stream's previous payload.",
      resolve: ({ events }) => events,
    }),
  }),
});

builder.subscriptionField('jobProgress', (t) =>
  t.field({
    type: JobProgress,
    description:
      'First the present state with the timeline entries after `after` (0: all of them; above the last one: none; negative: refused), ' +
      'then a payload for every change. Completes when, and only when, the job is finished or deleted; after a lost connection ' +
      'subscribe again with the last `seq` that you have.',
    args: { id: t.arg.id({ required: true }), after: t.arg.int({ min: 0, defaultValue: 0 }) },
    subscribe(_, { id, after }, context) {
      const viewer = viewerOf(context);
      const jobId = parseId('job', id);
      if (!jobId) throw new AppError('NOT_FOUND', 'There is no such job.', { field: ['id'] });
      return context.services.feeds.job(viewer, jobId, Math.max(after ?? 0, context.lastEventId ?? 0));
    },
    resolve(update, _, context) {
      context.eventId = update.job.seq;
      return update;
    },
  }),
);

builder.subscriptionField('jobsProgress', (t) =>
  t.field({
    type: JobProgress,
    description:
      "The viewer's unfinished jobs (newest 100), then every change of any of the viewer's jobs, new ones included. " +
      'No cursor: on reconnect read `jobs` again.',
    subscribe: (_, __, context) => context.services.feeds.jobs(viewerOf(context)),
    resolve: (update) => update,
  }),
);
