import { useState } from 'react';
import { useClient } from 'urql';
import { graphql } from '../graphql.ts';
import { jobPath, navigate } from '../router.ts';
import { strings } from '../strings.ts';
import type { Draft } from './draft.ts';
import { toInput } from './to-input.ts';

export const createJob = graphql(`
  mutation CreateJob($input: CreateJobInput!) {
    createJob(input: $input) {
      job {
        id
      }
      userErrors {
        message
        field
      }
    }
  }
`);

/** What the server would not take. `field`: the path below `input`, as `['steps', '0', 'rotate', 'degrees']`; empty: the whole. */
export interface Refusal {
  field: readonly string[];
  message: string;
}

/** Creates the job and goes to its page, or comes back with what is to be mended. */
export function useCreateJob() {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);

  async function create(fileIds: readonly string[], draft: Draft): Promise<void> {
    setBusy(true);
    const steps = draft.steps.map(toInput);
    const input = { fileIds: [...fileIds], steps, idempotencyKey: draft.idempotencyKey };
    const { data, error } = await client.mutation(createJob, { input });
    setBusy(false);
    if (data?.createJob.job) return navigate(jobPath(data.createJob.job.id));
    if (data)
      return setRefusals(
        data.createJob.userErrors.map(({ field, message }) => ({ field: field?.slice(1) ?? [], message })),
      );
    // Errors of the request itself have no field; those of the network, no words for a reader.
    setRefusals([{ field: [], message: error?.graphQLErrors[0]?.message ?? strings.failedToLoad }]);
  }

  return { create, busy, refusals, forget: () => setRefusals([]) };
}
