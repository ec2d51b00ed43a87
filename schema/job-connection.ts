import type { InputFieldBuilder } from '@pothos/core';
import { type JobRow, jobStates } from '../server/db/tables.ts';
import { AppError } from '../server/errors.ts';
import { parseId } from '../server/id.ts';
import { type FilterableName, filterable, jobFields } from '../server/jobs/job-fields.ts';
import type { JobFilter as Filter, Page } from '../server/jobs/read.ts';
import { question } from './bounds.ts';
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
      edges: t.field({ type: [JobEdge], most: 'page', resolve: ({ jobs }) => jobs }),
      pageInfo: t.field({ type: PageInfo, resolve: ({ pageInfo }) => pageInfo }),
      totalCount: t.int({
        weight: question,
        description: 'Of all jobs that match the filter.',
        resolve: ({ filter }, _, context) => context.services.read.count(viewerOf(context), filter),
      }),
    }),
  });

const pages = { pageSize: 25, most: 100 };
const cursorLength = 100;

const JobFilter = builder.inputType('JobFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    ids: t.idList({ maxItems: pages.most, description: 'Of these jobs only.' }),
    states: t.field({ type: [JobState], maxItems: jobStates.length }),
    text: t.string({
      maxLength: 255,
      description: "Part of the job's or an input's name, case-insensitive.",
    }),
    ...exactFields(t),
  }),
});

/** Of the declarations of a job's fields those that it can be found by. */
function exactFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  const fields = filterable.map((name) => {
    const { maxLength } = jobFields[name];
    return [name, t.string({ maxLength, description: `Exactly the job's ${name}.` })] as const;
  });
  return Object.fromEntries(fields) as Record<FilterableName, (typeof fields)[number][1]>;
}

builder.queryField('jobs', (t) =>
  t.field({
    type: JobConnection,
    description: "The viewer's jobs, newest first; 25 unless told, 100 at most.",
    ...pages,
    args: {
      first: t.arg.int({ min: 0, max: pages.most }),
      after: t.arg.string({ maxLength: cursorLength }),
      last: t.arg.int({ min: 0, max: pages.most }),
      before: t.arg.string({ maxLength: cursorLength }),
      filter: t.arg({ type: JobFilter }),
    },
    async resolve(_, args, context) {
      const viewer = viewerOf(context);
      const filter = filterOf(args.filter ?? {});
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

function filterOf({ ids, states, ...texts }: typeof JobFilter.$inferInput): Filter {
  return {
    ...(ids && { ids: ids.flatMap((id) => parseId('job', id) ?? []) }),
    ...(states && { states }),
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text)),
  };
}

interface PageArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

function pageOf({ first, after, last, before }: PageArgs): Page {
  if (first != null && last != null)
    throw new AppError('INVALID_INPUT', 'Give "first" or "last", not both.', { field: ['last'] });
  return {
    limit: last ?? first ?? pages.pageSize,
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
  const [at = '', id = ''] = position.split(',');
  if (!isInstant(at) || !isUuid(id))
    throw new AppError('INVALID_INPUT', `"${name}" is no cursor of this list.`, { field: [name] });
  return position;
}

/** One that Postgres takes too, whoever made it up: no 30th of February. */
function isInstant(text: string): boolean {
  const [, seconds = ''] = /^(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,6})?Z$/.exec(text) ?? [];
  const date = new Date(`${seconds}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(seconds);
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
