import type { ResultOf } from 'gql.tada';
import { useEffect, useReducer, useState } from 'react';
import { useClient } from 'urql';
import { graphql } from '../graphql.ts';
import { useConnection } from '../ui/use-connection.ts';
import { isCurrent, jobRowFields } from './job-fields.ts';
import type { JobRowData, JobState } from './job-fields.ts';

const jobs = graphql(
  `
    query Jobs($first: Int!, $after: String, $states: [JobState!]) {
      jobs(first: $first, after: $after, filter: { states: $states }) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            ...JobRowFields
          }
        }
      }
    }
  `,
  [jobRowFields],
);

const jobsProgress = graphql(
  `
    subscription JobsProgress {
      jobsProgress {
        job {
          ...JobRowFields
        }
        events {
          type
        }
      }
    }
  `,
  [jobRowFields],
);

/** The viewer's jobs, newest first, live. */
export interface JobList {
  status: 'loading' | 'ready' | 'failed';
  rows: readonly JobRowData[];
  hasMore: boolean;
  loadMore(): void;
  reload(): void;
}

const pageSize = 20;

/**
 * `states`: which jobs to show, all where undefined; a job of another state leaves the list as soon as it changes.
 * Must be the same array as long as it means the same.
 */
export function useJobList(states: readonly JobState[] | undefined): JobList {
  const client = useClient();
  const { reconnects } = useConnection();
  const [held, dispatch] = useReducer(reduce, empty);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const source = client.subscription(jobsProgress, {});
    return source.subscribe(({ data }) => data && dispatch({ type: 'change', ...data.jobsProgress }))
      .unsubscribe;
  }, [client]);

  async function load(after: string | null): Promise<Action> {
    const { data } = await client.query(jobs, { first: pageSize, after, states: states && [...states] });
    return data ? { type: 'page', page: data.jobs, first: after === null } : { type: 'failed' };
  }

  // Once for each filter, and once after each lost connection: this stream has no cursor.
  useEffect(() => {
    let wanted = true;
    dispatch({ type: 'ask' });
    void load(null).then((action) => wanted && dispatch(action));
    return () => void (wanted = false);
  }, [states, reconnects, attempt]);

  return {
    status: held.status,
    rows: [...held.rows.values()]
      .filter((job) => !states || states.includes(job.state))
      .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
    hasMore: held.cursor !== null,
    loadMore: () => void load(held.cursor).then(dispatch),
    reload: () => setAttempt(attempt + 1),
  };
}

type Rows = ReadonlyMap<string, JobRowData>;
type Page = ResultOf<typeof jobs>['jobs'];

interface Held {
  status: JobList['status'];
  rows: Rows;
  /** The rows as they were when the first page was asked for. */
  asked: Rows;
  /** Where the next page begins; null at the end. */
  cursor: string | null;
}

type Action =
  | { type: 'ask' }
  | { type: 'page'; page: Page; first: boolean }
  | ({ type: 'change' } & ResultOf<typeof jobsProgress>['jobsProgress'])
  | { type: 'failed' };

const empty: Held = { status: 'loading', rows: new Map(), asked: new Map(), cursor: null };

function reduce(held: Held, action: Action): Held {
  switch (action.type) {
    case 'ask':
      return { ...held, asked: held.rows };
    case 'failed':
      return { ...held, status: 'failed' };
    case 'change': {
      const gone = action.events.some((event) => event.type === 'DELETED');
      return { ...held, rows: gone ? without(held.rows, action.job.id) : merge(held.rows, [action.job]) };
    }
    case 'page': {
      const { edges, pageInfo } = action.page;
      const nodes = edges.map((edge) => edge.node);
      const rows = action.first ? present(held, action.page) : held.rows;
      return {
        ...held,
        status: 'ready',
        rows: merge(rows, nodes),
        cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
      };
    }
  }
}

function merge(rows: Rows, newer: readonly JobRowData[]): Rows {
  return new Map([
    ...rows,
    ...newer.filter((job) => isCurrent(job, rows.get(job.id))).map((job) => [job.id, job] as const),
  ]);
}

function without(rows: Rows, id: string): Rows {
  return new Map([...rows].filter(([key]) => key !== id));
}

/** The rows without those deleted while nobody told us: untouched since we asked, and not where the page would have them. */
function present(held: Held, page: Page): Rows {
  const ids = new Set(page.edges.map((edge) => edge.node.id));
  const oldest = page.pageInfo.hasNextPage ? (page.edges.at(-1)?.node.createdAt ?? '') : '';
  const isGone = (job: JobRowData) =>
    held.asked.get(job.id) === job && !ids.has(job.id) && job.createdAt >= oldest;
  return new Map([...held.rows].filter(([, job]) => !isGone(job)));
}
