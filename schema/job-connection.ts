import type { JobRow } from '../server/db/tables.ts';
import { AppError } from '../server/errors.ts';
import type { JobFilter as Filter, Page } from '../server/jobs/read.ts';
import { builder, viewerOf } from './builder.ts';
import { Job, JobState } from './job.ts';
import { PageInfo, type PageInfoShape } from './page-info.ts';

const JobEdge = builder.objectRef<JobRow>('JobEdge').implement({
  fields: (t) => ({
    cursor: t.string({ resolve: cursorOf }),
    node: t.field({ type: Job, resolve: (job) => job }),
  }),
});

const JobConnection = builder
  .objectRef<{ jobs: JobRow[]; pageInfo: PageInfoShape; filter: Filter }>('JobConnection')
  .implement({
    fields: (t) => ({
      edges: t.field({ type: [JobEdge], resolve: ({ jobs }) => jobs }),
      pageInfo: t.field({ type: PageInfo, resolve: ({ pageInfo }) => pageInfo }),
      totalCount: t.int({
        description: 'Of all jobs that match the filter.',
        resolve: ({ filter }, _, context) => context.services.read.count(viewerOf(context), filter),
      }),
    }),
  });

const JobFilter = builder.inputType('JobFilter', {
  fields: (t) => ({
    states: t.field({ type: [JobState] }),
    text: t.string({ description: "Part of the job's or an input's name, case-insensitive." }),
  }),
});

builder.queryField('jobs', (t) =>
  t.field({
    type: JobConnection,
    description: "The viewer's jobs, newest first; 25 unless told, 100 at most.",
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      last: t.arg.int(),
      before: t.arg.string(),
      filter: t.arg({ type: JobFilter }),
    },
    async resolve(_, args, context) {
      const viewer = viewerOf(context);
      const filter: Filter = {
        ...(args.filter?.states ? { states: args.filter.states } : {}),
        ...(args.filter?.text ? { text: args.filter.text } : {}),
      };
      const page = pageOf(args);
      const { jobs, more } = await context.services.read.list(viewer, filter, page);
      const [start, end] = [jobs[0], jobs.at(-1)];
      return {
        jobs,
        filter,
        pageInfo: {
          hasNextPage: page.fromEnd ? page.before !== undefined : more,
          hasPreviousPage: page.fromEnd ? more : page.after !== undefined,
          startCursor: start ? cursorOf(start) : null,
          endCursor: end ? cursorOf(end) : null,
        },
      };
    },
  }),
);

const defaultSize = 25;
const maxSize = 100;

interface PageArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

function pageOf({ first, after, last, before }: PageArgs): Page {
  if (first != null && last != null)
    throw new AppError('INVALID_INPUT', 'Give "first" or "last", not both.', { field: ['last'] });
  const [name, limit] = last == null ? ['first', first ?? defaultSize] : ['last', last];
  if (limit < 0 || limit > maxSize)
    throw new AppError('INVALID_INPUT', `"${name}" must be from 0 to ${maxSize}.`, { field: [String(name)] });
  return {
    limit,
    fromEnd: last != null,
    ...(after == null ? {} : { after: positionOf(after, 'after') }),
    ...(before == null ? {} : { before: positionOf(before, 'before') }),
  };
}

function cursorOf(job: JobRow): string {
  return Buffer.from(`${job.createdAt},${job.id}`).toString('base64url');
}

function positionOf(cursor: string, name: string): string {
  const position = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z,[0-9a-f-]{36}$/.test(position))
    throw new AppError('INVALID_INPUT', `"${name}" is no cursor of this list.`, { field: [name] });
  return position;
}
