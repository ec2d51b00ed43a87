import type { ResultOf } from 'gql.tada';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../graphql.ts';

const steps = graphql(`
  query Steps {
    steps {
      name
      title
      description
      exactlyOne
      options {
        name
        title
        description
        type
        required
        list
        default
        min
        max
        values
      }
    }
  }
`);

export type StepDefinition = ResultOf<typeof steps>['steps'][number];
export type StepOption = StepDefinition['options'][number];

/** As they were told last: they change only with the server. */
let known: readonly StepDefinition[] = [];

/** What this server can do to a PDF; forms and descriptions are made from it. Empty until it is known. */
export function useSteps(): { definitions: readonly StepDefinition[]; failed: boolean; reload(): void } {
  const [{ data, error }, reload] = useQuery({ query: steps });
  const told = data?.steps;
  useEffect(() => {
    if (told) remember(told);
  }, [told]);
  return { definitions: told ?? known, failed: error !== undefined, reload };
}

function remember(definitions: readonly StepDefinition[]): void {
  known = definitions;
}
