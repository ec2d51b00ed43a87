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

/** What this server can do to a PDF; forms and descriptions are made from it. Empty until it is known. */
export function useSteps(): { definitions: readonly StepDefinition[]; failed: boolean; reload(): void } {
  const [{ data, error }, reload] = useQuery({ query: steps });
  return { definitions: data?.steps ?? [], failed: error !== undefined, reload };
}
