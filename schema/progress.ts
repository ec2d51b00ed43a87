import { most } from '../server/bounds.ts';
import { jobStages, type JobRow } from '../server/db/tables.ts';
import { bind, findStep } from '../server/pdf/registry.ts';
import { planPasses } from '../server/pdf/passes/plan-passes.ts';
import { describe } from './describe-progress.ts';
import { builder } from './builder.ts';

const JobStage = builder.enumType('JobStage', {
  description:
    'Of the present pass over the documents; a job of several passes goes through them again, its percent does not.',
  values: jobStages,
});

const rangeStates = { '.': 'PENDING', i: 'PENDING', r: 'RUNNING', d: 'DONE', x: 'REDONE' } as const;
const RangeState = builder.enumType('RangeState', {
  values: {
    PENDING: {},
    RUNNING: {},
    DONE: {},
    REDONE: { description: 'Done, once more after an interruption.' },
  },
});

export const Progress = builder.objectRef<JobRow>('Progress').implement({
  description: 'Where a job stands.',
  fields: (t) => ({
    percent: t.float({
      description: '0 to 100, never falling within a job; 100 only when the result can be downloaded.',
      resolve: (job) => Math.round(job.percent * 10) / 10,
    }),
    stage: t.field({ type: JobStage, resolve: (job) => job.stage }),
    current: t.exposeInt('current', {
      nullable: true,
      description: 'Pages done, as `message` says; null where there is nothing to count.',
    }),
    total: t.exposeInt('total', { nullable: true }),
    message: t.string({ description: 'The same in words.', resolve: describe }),
    ranges: t.field({
      type: [RangeState],
      most: most.ranges,
      description: 'The page ranges of the present pass, in page order.',
      resolve: (job) => [...job.ranges].map((range) => rangeStates[range as keyof typeof rangeStates]),
    }),
    rangeMarks: t.string({
      description:
        '`ranges` in a character each, which a stream can repeat with every tick: `.` PENDING, `r` RUNNING, `d` DONE, `x` REDONE.',
      resolve: ({ ranges }) => ranges.replaceAll('i', '.'),
    }),
    stepsDone: t.int({
      description:
        'How many of the job’s steps are done, in their order: those of the passes that are written.',
      resolve: stepsDone,
    }),
    eta: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it will end, learnt from finished jobs. Null unless that can be right.',
      resolve: (job) => job.eta,
    }),
    updatedAt: t.field({ type: 'DateTime', resolve: (job) => job.updatedAt }),
  }),
});

function stepsDone({ steps, stage, pass }: JobRow): number {
  if (stage === 'SAVING' || stage === 'DONE') return steps.length;
  // A newer version may know steps that this one does not.
  const known = steps.filter(({ name }) => findStep(name));
  return planPasses(bind(known)).slice(0, pass).flat().length;
}
