import { builder } from './builder.ts';

export const Node = builder.interfaceRef<{ id: string }>('Node').implement({
  description: 'Anything that has an id of its own.',
  resolveType: (value) => (value as { __typename?: string }).__typename,
  fields: (t) => ({ id: t.exposeID('id', { description: 'Opaque; never changes.' }) }),
});
