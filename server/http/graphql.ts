import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import DataLoader from 'dataloader';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../../schema/builder.ts';
import { schema } from '../../schema/schema.ts';
import type { Viewer } from '../auth/tokens.ts';
import type { Services } from '../services.ts';
import { codes, isForeseen, toldError } from './graphql-errors.ts';
import { atTokenEnd, viewerOfRequest } from './identity.ts';
import { checkQueryLimits, queryLimits } from './query-limits.ts';

export interface HttpContext {
  req: IncomingMessage;
  res: ServerResponse;
}
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
export function createGraphql(services: Services, onStream: (response: ServerResponse) => void): Yoga {
  const loader = (role: 'input' | 'output') =>
    // Batches only: files change meanwhile. One for all, so that a change that a thousand watch is one query.
    new DataLoader((ids: readonly string[]) => services.read.files(ids, role), {
      cache: false,
      maxBatchSize: 500,
    });
  const jobFiles = { input: loader('input'), output: loader('output') };
  const queuePlaces = new DataLoader(
    async (ids: readonly string[]) => {
      const places = await services.read.places(ids);
      return ids.map((id) => places.get(id) ?? null);
    },
    { cache: false, maxBatchSize: 500 },
  );
  return createYoga<HttpContext | SocketContext, Context>({
    schema,
    context: (initial) => createContext(services, { jobFiles, queuePlaces }, initial),
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
    maskedErrors: { maskError: (error) => toldError(error, services.log) },
    plugins: [limits, codes(services.log), streams(onStream)],
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
    // No `complete`, which clients take for the end of all: a broken stream is one that they open again.
    hangUp: overHttp ? () => initial.res.destroy() : initial.hangUp,
  };
}

const limits: Plugin<Context> = {
  onParse({ params }) {
    params.options = { ...params.options, maxTokens: queryLimits.tokens };
  },
  onValidate({ params, setResult }) {
    const errors = checkQueryLimits(params.documentAST);
    if (errors.length > 0) setResult(errors);
  },
};

/** What concerns streams: they end with the token, and break where something unexpected happens. */
const streams = (onStream: (response: ServerResponse) => void): Plugin<Context & Partial<HttpContext>> => ({
  onSubscribe({ args }) {
    const { viewer, hangUp, res } = args.contextValue as Context & Partial<HttpContext>;
    // A WebSocket sees to its token's end itself, with a code of its own.
    // Who has left while we looked at the token will not be heard closing any more.
    if (res && !res.destroyed) {
      onStream(res);
      if (viewer) res.once('close', atTokenEnd(viewer, hangUp));
    }
    return {
      onSubscribeError: ({ error }) => {
        if (!isForeseen(error)) hangUp();
      },
      onSubscribeResult: () => ({
        onNext: ({ result }) => {
          if ('errors' in result && result.errors?.some((error) => !isForeseen(error))) hangUp();
        },
      }),
    };
  },
  onResponse({ response, setResponse, fetchAPI }) {
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return;
    // nginx and others hold a stream back until it ends unless told so; `no-transform` keeps compressors away.
    response.headers.set('x-accel-buffering', 'no');
    response.headers.set('cache-control', 'no-cache, no-transform');
    // What is wrong with an operation is told in its stream, as graphql-sse's protocol has it: at any other status
    // clients try again, and their users never read why.
    if (response.status === 400)
      setResponse(new fetchAPI.Response(response.body, { headers: response.headers }));
  },
});

const welcome = `# Welcome to Octavo. \`steps\` needs no identity; everything else needs a token:
#   curl -X POST http://127.0.0.1:4000/auth/guest
# Put it under "Headers" below:  { "Authorization": "Bearer …" }
# Subscriptions work here too:
#   subscription { jobsProgress { seq job { name state progress { percent message } } } }

query Steps {
  steps { name title options { name type default } }
}
`;
