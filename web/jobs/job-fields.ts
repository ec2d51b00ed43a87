import type { ResultOf } from 'gql.tada';
import { graphql } from '../graphql.ts';

/** What a row of the list shows of a job. */
export const jobRowFields = graphql(`
  fragment JobRowFields on Job @_unmask {
    id
    name
    label
    state
    seq
    createdAt
    error {
      message
    }
    inputs {
      id
      name
      pages
    }
    steps {
      name
    }
  }
`);

/** What a row shows of how far the job is. */
export const rowProgressFields = graphql(`
  fragment RowProgressFields on Progress @_unmask {
    percent
    updatedAt
  }
`);

/** What a job's own page shows. */
export const jobFields = graphql(`
  fragment JobFields on Job @_unmask {
    id
    name
    label
    state
    seq
    attempt
    createdAt
    startedAt
    finishedAt
    expiresAt
    expired
    error {
      code
      message
      retryable
    }
    retryOf {
      id
    }
    inputs {
      id
      name
      mediaType
      pages
      bytes
      thumbnail
    }
    outputs {
      id
      name
      mediaType
      pages
      bytes
      sha256
      url
      thumbnail
    }
    archive
    report {
      structures {
        structure
        before
        after
      }
    }
    steps {
      name
      options
    }
  }
`);

/** What a job's own page shows of how far it is. */
export const progressFields = graphql(`
  fragment ProgressFields on Progress @_unmask {
    percent
    stage
    current
    total
    message
    rangeMarks
    stepsDone
    eta
    updatedAt
  }
`);

export type JobRowData = ResultOf<typeof jobRowFields> & { progress: ResultOf<typeof rowProgressFields> };
export type JobData = ResultOf<typeof jobFields> & {
  progress: ResultOf<typeof progressFields>;
  queuePosition: number | null;
};
export type JobState = JobData['state'];
export type JobStage = JobData['progress']['stage'];

interface Versioned {
  seq: number;
  progress: { updatedAt: string };
}

/** Not older than what is held: payloads that cross on the way must not turn the page back. */
export function isCurrent(next: Versioned, held: Versioned | undefined): boolean {
  if (!held || next.seq !== held.seq) return !held || next.seq > held.seq;
  // Without the Z, since `….123Z` would sort after `….123456Z`.
  return next.progress.updatedAt.slice(0, -1) >= held.progress.updatedAt.slice(0, -1);
}

export function isFinished(state: JobState): boolean {
  return state === 'COMPLETED' || state === 'FAILED' || state === 'CANCELED';
}
