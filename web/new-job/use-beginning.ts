import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { graphql } from '../graphql.ts';
import type { UploadedFile } from '../upload.ts';
import type { JobTexts } from './job-texts.ts';
import { stepsOfAddress } from './recipes.ts';
import type { StepInput } from './step-input.ts';
import { useUploadedFiles } from './use-uploaded-files.ts';

/** What a job in the making begins with. */
export interface Beginning {
  steps: readonly StepInput[];
  files: readonly UploadedFile[];
  texts?: JobTexts;
}

const key = 'octavo.draft';

const sameAgain = graphql(`
  query SameAgain($id: ID!) {
    job(id: $id) {
      expired
      label
      outputName
      inputs {
        id
        name
        bytes
        pages
      }
      steps {
        name
        options
      }
    }
  }
`);

/**
 * The steps of a shared link (`?steps=`), a job to be done again (`?from=`), or else what this tab held before it was
 * loaded anew. Undefined until it is known.
 */
export function useBeginning(): Beginning | undefined {
  const client = useClient();
  const describe = useUploadedFiles();
  const [beginning, setBeginning] = useState<Beginning>();

  useEffect(() => {
    const from = new URLSearchParams(location.search).get('from');
    const steps = stepsOfAddress();
    // What it brings is taken once: going back to the page later must not bring it again.
    if (location.search) history.replaceState(null, '', '/');
    void find().then(setBeginning);

    async function find(): Promise<Beginning> {
      const held = kept();
      if (steps) return { steps, files: await stillThere(held.files) };
      if (!from) return { ...held, files: await stillThere(held.files) };
      const { data } = await client.query(sameAgain, { id: from });
      if (!data?.job) return held;
      const { expired, inputs, label, outputName } = data.job;
      return {
        steps: data.job.steps.map(({ name, options }) => ({
          [name]: JSON.parse(options) as StepInput[string],
        })),
        files: expired ? [] : inputs,
        texts: { label: label ?? '', outputName: outputName ?? '' },
      };
    }

    async function stillThere(files: readonly UploadedFile[]): Promise<UploadedFile[]> {
      const found = await Promise.all(files.map(({ id }) => describe(id)));
      return found.filter((file) => file !== undefined);
    }
  }, [client, describe]);

  return beginning;
}

/** Holds on to a job in the making, in this tab, over a reload. */
export function keep(beginning: Beginning | undefined): void {
  if (beginning) sessionStorage.setItem(key, JSON.stringify(beginning));
  else sessionStorage.removeItem(key);
}

function kept(): Beginning {
  const text = sessionStorage.getItem(key);
  return text ? (JSON.parse(text) as Beginning) : { steps: [], files: [] };
}
