import { useClient } from 'urql';
import { graphql } from '../graphql.ts';
import { strings } from '../strings.ts';

const cancelJob = graphql(`
  mutation CancelJob($id: ID!) {
    cancelJob(input: { id: $id }) {
      userErrors {
        code
        message
      }
    }
  }
`);
const retryJob = graphql(`
  mutation RetryJob($id: ID!) {
    retryJob(input: { id: $id }) {
      job {
        id
      }
      userErrors {
        message
      }
    }
  }
`);
const deleteJob = graphql(`
  mutation DeleteJob($id: ID!) {
    deleteJob(input: { id: $id }) {
      deletedId
      userErrors {
        message
      }
    }
  }
`);

/** Why nothing was done, in a sentence; undefined where it was. */
interface Outcome {
  problem: string | undefined;
}

/** What can be done to a job. Its new state is not taken from the answer: it arrives as every other change does. */
export interface JobMutations {
  cancel(id: string): Promise<Outcome>;
  /** `newId`: of the job that tries again. */
  retry(id: string): Promise<Outcome & { newId: string | undefined }>;
  remove(id: string): Promise<Outcome>;
}

export function useJobMutations(): JobMutations {
  const client = useClient();
  return {
    async cancel(id) {
      const { data } = await client.mutation(cancelJob, { id });
      // A job that finished first is what was wanted, too: the page shows it a moment later.
      const finished = data?.cancelJob.userErrors[0]?.code === 'ALREADY_FINISHED';
      return { problem: finished ? undefined : problemOf(data?.cancelJob) };
    },
    async retry(id) {
      const { data } = await client.mutation(retryJob, { id });
      return { newId: data?.retryJob.job?.id, problem: problemOf(data?.retryJob) };
    },
    async remove(id) {
      const { data } = await client.mutation(deleteJob, { id });
      return { problem: problemOf(data?.deleteJob) };
    },
  };
}

function problemOf(payload: { userErrors: readonly { message: string }[] } | undefined): string | undefined {
  return payload ? payload.userErrors[0]?.message : strings.failedToLoad;
}
