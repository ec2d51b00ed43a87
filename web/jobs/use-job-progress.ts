import type { ResultOf } from 'gql.tada';
import { useSubscription } from 'urql';
import { graphql } from '../graphql.ts';
import { isCurrent, jobFields, progressFields } from './job-fields.ts';
import type { JobData } from './job-fields.ts';

const followJob = graphql(
  `
    subscription JobProgress($id: ID!, $after: Int) {
      jobProgress(id: $id, after: $after) {
        seq
        progress {
          ...ProgressFields
        }
        queuePosition
        milestone {
          ...JobFields
        }
        events {
          seq
          at
          type
          message
        }
      }
    }
  `,
  [jobFields, progressFields],
);

export type JobEvent = ResultOf<typeof followJob>['jobProgress']['events'][number];

/** A job as it is now, and its timeline, oldest first. */
export interface FollowedJob {
  job: JobData;
  events: readonly JobEvent[];
}

export type JobFollowing =
  | { status: 'loading' }
  | { status: 'missing' }
  | { status: 'failed'; message: string }
  | ({ status: 'ready' } & FollowedJob);

/** Follows one job. Whether it is finished is what its state says, never that the stream ended. */
export function useJobProgress(id: string): JobFollowing {
  const [result] = useSubscription({ query: followJob, variables: { id, after: 0 } }, follow);
  if (result.data) {
    const deleted = result.data.events.at(-1)?.type === 'DELETED';
    return deleted ? { status: 'missing' } : { status: 'ready', ...result.data };
  }
  const error = result.error?.graphQLErrors[0];
  if (!error) return { status: 'loading' };
  if (error.extensions['code'] === 'NOT_FOUND') return { status: 'missing' };
  return { status: 'failed', message: error.message };
}

function follow(held: FollowedJob | undefined, { jobProgress }: ResultOf<typeof followJob>): FollowedJob {
  const { seq, milestone, progress, queuePosition, events } = jobProgress;
  if (held && !isCurrent({ seq, progress }, held.job)) return held;
  // The first payload of a stream has all of the job.
  const known = milestone ?? held!.job;
  const last = held?.events.at(-1)?.seq ?? 0;
  return {
    job: { ...known, progress, queuePosition },
    // A stream that came back may tell again what is already known.
    events: [...(held?.events ?? []), ...events.filter((event) => event.seq > last)],
  };
}
