import { useState } from 'react';
import { strings } from '../strings.ts';
import { ask } from '../ui/question.tsx';
import { useJobMutations } from './use-job-mutations.ts';

/** The actions on one job, with what a page says of them. */
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
  const mutations = useJobMutations();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function run<T extends { problem: string | undefined }>(action: Promise<T>): Promise<T> {
    setBusy(true);
    const outcome = await action;
    setBusy(false);
    setError(outcome.problem);
    return outcome;
  }

  return {
    busy,
    error,
    async cancel() {
      await run(mutations.cancel(id));
    },
    retry: async () => (await run(mutations.retry(id))).newId,
    async remove(name) {
      if (!(await ask(strings.removeQuestion(name), strings.remove))) return false;
      return (await run(mutations.remove(id))).problem === undefined;
    },
  };
}
