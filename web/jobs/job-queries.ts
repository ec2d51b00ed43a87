import { graphql } from '../graphql.ts';
import { jobRowFields } from './job-fields.ts';

/** A page of the viewer's jobs, newest first. */
export const jobsPage = graphql(
  `
    query Jobs($first: Int!, $after: String, $filter: JobFilter) {
      jobs(first: $first, after: $after, filter: $filter) {
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

/** Every change of any of them. */
export const jobsProgress = graphql(
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
