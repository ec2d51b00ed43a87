import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';

/** Typed documents: what a query asks for is what its result's type has, checked against the printed schema. */
export const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>();
