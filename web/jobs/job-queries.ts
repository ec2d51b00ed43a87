import { graphql } from '../graphql.ts';
import { jobRowFields, rowProgressFields } from './job-fields.ts';

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
            progress {
              ...RowProgressFields
            }
          }
        }
      }
    }
  `,
  [jobRowFields, rowProgressFields],
);

/** Every change of any of them. */
export const jobsProgress = graphql(
  `
    subscription JobsProgress {
      jobsProgress {
        seq
        job {
          id
        }
        progress {
          ...RowProgressFields
        }
        milestone {
          ...JobRowFields
        }
        events {
          type
        }
      }
    }
  `,
  [jobRowFields, rowProgressFields],
);
