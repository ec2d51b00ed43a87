import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { DocumentNode } from 'graphql';
import { createLRUCache, createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../../schema/builder.ts';
import { schema } from '../../schema/schema.ts';
import type { Viewer } from '../auth/tokens.ts';
import type { Services } from '../services.ts';
import { codes, toldError } from './graphql-errors.ts';
import { viewerOfRequest } from './identity.ts';
import { loadFiles } from './load-files.ts';
import { loadPlaces } from './load-places.ts';
import { limits, queryLimits } from './query-limits.ts';
import type { HttpContext } from './http-context.ts';
import type { Stalls } from './stalls.ts';
import { streams } from './streams.ts';

/** One operation on a WebSocket; the socket has been identified when it was opened. */
export interface SocketContext {
  viewer: Viewer;
  hangUp: () => void;
}
export type Yoga = YogaServerInstance<HttpContext | SocketContext, Context>;

/**
 * Queries and mutations over HTTP, subscriptions over SSE; the WebSocket borrows its pipeline.
 * @param onStream is told of each response that becomes a stream
 */
export function createGraphql(
  services: Services,
  stalls: Stalls,
  onStream: (response: ServerResponse) => void,
): Yoga {
  const jobFiles = { input: loadFiles(services.read, 'input'), output: loadFiles(services.read, 'output') };
  return createYoga<HttpContext | SocketContext, Context>({
    schema,
    context: (initial) =>
      createContext(services, { jobFiles, queuePlaces: loadPlaces(services.read) }, initial),
    // Browsers on other origins have no business here; Yoga's own default reflects any origin.
    cors: false,
    multipart: false,
    landingPage: false,
    logging: false,
    // Bundled: the default page loads itself from a CDN.
    renderGraphiQL,
    graphiql: {
      title: 'Octavo',
      defaultQuery: welcome,
      shouldPersistHeaders: false,
      subscriptionsProtocol: 'GRAPHQL_SSE',
    },
    maxRequestBodySize: queryLimits.bytes,
    // A document of the largest takes half a megabyte, and programs have a few each.
    parserAndValidationCache: {
      documentCache: createLRUCache<DocumentNode>({ max: 100 }),
      errorCache: createLRUCache<Error>({ max: 100 }),
    },
    maskedErrors: { maskError: (error) => toldError(error, services.log) },
    plugins: [limits(stalls), codes(services.log), streams(onStream)],
  });
}

async function createContext(
  services: Services,
  loaders: Pick<Context, 'jobFiles' | 'queuePlaces'>,
  initial: HttpContext | SocketContext,
): Promise<Context> {
  const overHttp = 'req' in initial;
  return {
    services,
    viewer: overHttp ? await viewerOfRequest(services, initial.req) : initial.viewer,
    ...loaders,
    lastEventId: overHttp ? lastEventId(initial.req) : undefined,
    // No `complete`, which clients take for the end of all: a broken stream is one that they open again.
    hangUp: overHttp ? () => initial.res.destroy() : initial.hangUp,
  };
}

/** As an EventSource sends it that comes back: where it was. */
function lastEventId({ headers }: IncomingMessage): number | undefined {
  const id = String(headers['last-event-id']);
  return /^\d{1,9}$/.test(id) ? Number(id) : undefined;
}

const welcome = `# Welcome to Octavo. \`steps\` needs no identity; everything else needs a token:
#   curl -X POST http://127.0.0.1:4000/auth/guest
# Put it under "Headers" below:  { "Authorization": "Bearer …" }
# Subscriptions work here too:
#   subscription { jobsProgress { seq job { name state progress { percent message } } } }

query Steps {
  steps { name title options { name type default } }
}
`;
