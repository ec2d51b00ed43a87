import type { ResultOf } from 'gql.tada';
import { useEffect, useMemo } from 'react';
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
        multiline
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
  const told = useMemo(() => data?.steps.map(forForms), [data]);
  useEffect(() => {
    if (told) remember(told);
  }, [told]);
  return { definitions: told ?? known, failed: error !== undefined, reload };
}

/** Without the options that are for programs: no field shows an object. */
function forForms(definition: StepDefinition): StepDefinition {
  return { ...definition, options: definition.options.filter(({ type }) => type !== 'OBJECT') };
}

function remember(definitions: readonly StepDefinition[]): void {
  known = definitions;
}
