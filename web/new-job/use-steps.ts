import type { ResultOf } from 'gql.tada';
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
  if (data) known = data.steps;
  return { definitions: known, failed: error !== undefined, reload };
}
