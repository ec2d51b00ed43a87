import './bounds.ts';
import SchemaBuilder from '@pothos/core';
import type DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import type { Viewer } from '../server/auth/tokens.ts';
import type { FileRow } from '../server/db/tables.ts';
import { AppError } from '../server/errors.ts';
import type { Services } from '../server/services.ts';

/** What resolvers work with; made per request, and per operation on a WebSocket. */
export interface Context {
  services: Services;
  viewer: Viewer | undefined;
  /** The inputs and outputs of many jobs in one query each. */
  jobFiles: Record<'input' | 'output', Pick<DataLoader<string, FileRow[]>, 'load'>>;
  /** The places of many queued jobs in one query. */
  queuePlaces: DataLoader<string, number | null>;
  /** `Last-Event-ID`: up to where a client has heard of what it now asks for again. */
  lastEventId: number | undefined;
  /** Set by what resolves a payload of a stream: the number that tells where a client then is. */
  eventId?: number;
  /** Ends the connection so that the client comes back, where `complete` would tell it that all is over. */
  hangUp: () => void;
}

export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: { DateTime: { Input: never; Output: string | Date }; ID: { Input: string; Output: string } };
  DefaultFieldNullability: false;
}>({ plugins: ['bounds'], defaultFieldNullability: false });

builder.scalarType('DateTime', {
  description: 'ISO 8601 in UTC; microseconds where the database clock gives them.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : value),
  parseValue: () => {
    throw new GraphQLError('DateTime is never an input');
  },
});

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});

/** Everything but `steps` and introspection goes through here: without an identity there is nothing to see. */
export function viewerOf(context: Context): Viewer {
  if (!context.viewer)
    throw new AppError(
      'UNAUTHENTICATED',
      'Send "Authorization: Bearer <token>"; POST /auth/guest gives a token to anyone.',
    );
  return context.viewer;
}
