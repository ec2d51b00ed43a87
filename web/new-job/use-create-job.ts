import type { VariablesOf } from 'gql.tada';
import { useState } from 'react';
import { useClient } from 'urql';
import { graphql } from '../graphql.ts';
import { strings } from '../strings.ts';
import type { Draft } from './draft.ts';
import { givenTexts } from './job-texts.ts';
import { toInput } from './step-input.ts';

const createJob = graphql(`
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

type CreateJobInput = VariablesOf<typeof createJob>['input'];

/** What the server would not take. `field`: the path below `input`, as `['steps', '0', 'rotate', 'degrees']`; empty: the whole. */
export interface Refusal {
  field: readonly string[];
  message: string;
}

/** Creates the job, or comes back with what is to be mended. */
export function useCreateJob() {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);

  /** The new job's id; undefined where there is none, and `refusals` say why. */
  async function create(fileIds: readonly string[], draft: Draft): Promise<string | undefined> {
    setBusy(true);
    // Which names and types there are is known only at run time: the forms are made from the server's own declaration.
    const steps = draft.steps.map(toInput) as unknown as CreateJobInput['steps'];
    const { idempotencyKey } = draft;
    const input = { fileIds: [...fileIds], steps, ...givenTexts(draft.texts), idempotencyKey };
    const { data, error } = await client.mutation(createJob, { input });
    setBusy(false);
    if (data?.createJob.job) return data.createJob.job.id;
    // Errors of the request itself have no field; those of the network, no words for a reader.
    const refused = data
      ? data.createJob.userErrors.map(({ field, message }) => ({ field: field?.slice(1) ?? [], message }))
      : [{ field: [], message: error?.graphQLErrors[0]?.message ?? strings.failedToLoad }];
    setRefusals(refused);
    return undefined;
  }

  return { create, busy, refusals, forget: () => setRefusals([]) };
}
