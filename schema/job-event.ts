import { jobEventTypes, type JobEventRow, type JobRow } from '../server/db/tables.ts';
import { builder, type Context } from './builder.ts';
import { PageInfo, type PageInfoShape } from './page-info.ts';

const JobEventType = builder.enumType('JobEventType', { values: jobEventTypes });

export const JobEvent = builder.objectRef<JobEventRow>('JobEvent').implement({
  description: "What a person would want to read of a job's life; not each range.",
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: '1, 2, 3 … without a hole.' }),
    at: t.field({ type: 'DateTime', resolve: (event) => event.at }),
    type: t.field({ type: JobEventType, resolve: (event) => event.type }),
    message: t.exposeString('message'),
  }),
});

const JobEventEdge = builder.objectRef<JobEventRow>('JobEventEdge').implement({
  fields: (t) => ({
    cursor: t.string({ resolve: (event) => String(event.seq) }),
    node: t.field({ type: JobEvent, resolve: (event) => event }),
  }),
});

export const JobEventConnection = builder
  .objectRef<{ events: JobEventRow[]; pageInfo: PageInfoShape }>('JobEventConnection')
  .implement({
    fields: (t) => ({
      edges: t.field({ type: [JobEventEdge], most: 'page', resolve: ({ events }) => events }),
      pageInfo: t.field({ type: PageInfo, resolve: ({ pageInfo }) => pageInfo }),
    }),
  });

export const timelinePages = { pageSize: 100, most: 500 };

/** Entries after `after`, none newer than the snapshot of the job that they belong to. */
export async function readEvents(
  job: JobRow,
  first: number | null | undefined,
  after: number,
  context: Context,
) {
  const limit = first ?? timelinePages.pageSize;
  const found = await context.services.read.events(job.id, after, job.seq, limit + 1);
  const events = found.slice(0, limit);
  const cursor = (event: JobEventRow | undefined) => (event ? String(event.seq) : null);
  return {
    events,
    pageInfo: {
      hasNextPage: found.length > limit,
      hasPreviousPage: after > 0,
      startCursor: cursor(events[0]),
      endCursor: cursor(events.at(-1)),
    },
  };
}
