import { useState } from 'react';
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
        code
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
        code
        message
      }
    }
  }
`);

/** What can be done to a job. Its new state is not taken from the answer: it arrives as every other change does. */
export interface JobActions {
  cancel(): Promise<void>;
  /** The new job's id, or `undefined` where there is none and `error` says why. */
  retry(): Promise<string | undefined>;
  /** Asks first; true when it is gone. */
  remove(name: string): Promise<boolean>;
  busy: boolean;
  /** Why the last action did nothing. */
  error: string | undefined;
}

export function useJobActions(id: string): JobActions {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function run<T>(action: () => Promise<Outcome<T>>): Promise<T | undefined> {
    setBusy(true);
    const { value, problem } = await action();
    setBusy(false);
    setError(problem);
    return problem ? undefined : value;
  }

  return {
    busy,
    error,
    async cancel() {
      await run(async () => {
        const { data } = await client.mutation(cancelJob, { id });
        // A job that finished first is what was wanted, too: the page shows it a moment later.
        const finished = data?.cancelJob.userErrors[0]?.code === 'ALREADY_FINISHED';
        return { value: undefined, problem: finished ? undefined : problemOf(data?.cancelJob) };
      });
    },
    retry: () =>
      run(async () => {
        const { data } = await client.mutation(retryJob, { id });
        return { value: data?.retryJob.job?.id, problem: problemOf(data?.retryJob) };
      }),
    async remove(name) {
      if (!confirm(strings.removeQuestion(name))) return false;
      const deleted = await run(async () => {
        const { data } = await client.mutation(deleteJob, { id });
        return { value: true, problem: problemOf(data?.deleteJob) };
      });
      return deleted ?? false;
    },
  };
}

interface Outcome<T> {
  value: T;
  problem: string | undefined;
}

function problemOf(payload: { userErrors: readonly { message: string }[] } | undefined): string | undefined {
  return payload ? payload.userErrors[0]?.message : strings.failedToLoad;
}
