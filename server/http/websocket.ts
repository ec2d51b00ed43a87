import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type execute, GraphQLError, type subscribe } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Viewer } from '../auth/tokens.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { SocketContext, Yoga } from './graphql.ts';
import { toldError, withoutHttp } from './graphql-errors.ts';
import { atTokenEnd, viewerOfSocket } from './identity.ts';
import { isForeign } from './origins.ts';
import { queryLimits } from './query-limits.ts';
import { masked } from './reply.ts';
import type { Stalls } from './stalls.ts';
import { refuseSocket } from './upgrade.ts';

export interface WebSockets {
  /** Takes over an HTTP/1.1 upgrade to `/graphql`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes all with 1001, at which clients come back, to another process where there is one. */
  close(): Promise<void>;
}

/** The `graphql-transport-ws` protocol on Yoga's pipeline. Identity comes once, with `connection_init`. */
export function createWebSockets(services: Services, yoga: Yoga, stalls: Stalls): WebSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: queryLimits.bytes });
  sockets.on('wsClientError', ({ message }, socket) =>
    refuseSocket(socket, 400, `${message}.`, { 'sec-websocket-version': '13, 8' }),
  );
  const told = (error: GraphQLError) => withoutHttp(toldError(error, services.log));
  const protocol = useServer<Record<string, unknown>, SocketExtra>(
    {
      connectionInitWaitTimeout: 3_000,
      async onConnect({ connectionParams, extra }) {
        try {
          extra.viewer = await viewerOfSocket(services, extra.request, connectionParams);
        } catch (error) {
          const { code, message } = error instanceof AppError ? error : masked(error, services.log);
          // At the first clients get a fresh token and come back, at the other just so. `false` alone would not say why.
          extra.socket.close(code === 'UNAUTHENTICATED' ? CloseCode.Forbidden : tryAgainLater, message);
          return false;
        }
        // Left meanwhile: `onClose` has been called.
        if (extra.socket.readyState !== extra.socket.OPEN) return false;
        extra.cancel = atTokenEnd(services, extra.viewer, () =>
          extra.socket.close(CloseCode.Forbidden, 'Your token has ended'),
        );
        return true;
      },
      // By what asked for it: graphql-ws goes by the id, and forgets a stream whose id is used again as it starts.
      onOperation({ extra }, _id, payload, _args, result) {
        if (isAsyncGenerator(result)) (extra.streams ??= new Map()).set(payload, result);
      },
      onComplete: ({ extra }, _id, payload) => void extra.streams?.delete(payload),
      async onClose({ extra }) {
        extra.cancel?.();
        await Promise.all(Array.from(extra.streams?.values() ?? [], (stream) => stream.return(undefined)));
      },
      onSubscribe: async ({ extra }, _id, payload) => {
        // Who does not answer our close may still send: to whom nothing is answered, nothing is done.
        if (extra.socket.readyState !== extra.socket.OPEN)
          return [new GraphQLError('The connection is closed')];
        const context: SocketContext = {
          viewer: extra.viewer as Viewer,
          hangUp: () => extra.socket.close(serviceRestart),
        };
        const enveloped = yoga.getEnveloped(context);
        const { schema, parse, validate, contextFactory } = enveloped;
        try {
          const document = parse(payload.query);
          const errors = validate(schema, document);
          if (errors.length > 0) return errors;
          const args: PreparedArgs = {
            schema,
            document,
            operationName: payload.operationName,
            variableValues: payload.variables,
            contextValue: await contextFactory(),
            rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
          };
          return args;
        } catch (error) {
          // What gets out of here closes the socket for good (4500), and every other stream on it.
          return [toldError(error, services.log)];
        }
      },
      execute: (args) => (args as PreparedArgs).rootValue.execute(args),
      subscribe: (args) => (args as PreparedArgs).rootValue.subscribe(args),
      onError: (_context, _id, _payload, errors) => errors.map((error) => told(error)),
      onNext: (_context, _id, _payload, _args, result) =>
        result.errors && { ...result, errors: result.errors.map((error) => told(error)) },
    },
    sockets,
  );

  return {
    upgrade(request, socket, head) {
      if (isForeign(request, services.config))
        return refuseSocket(
          socket,
          403,
          'Pages of other origins are not let in. The operator can name them.',
        );
      sockets.handleUpgrade(request, socket, head, (client) => {
        client.once('close', stalls.watch(request.socket));
        // What cannot be sent fails with its connection; graphql-ws would take it for a bug and tell the console.
        const send = client.send.bind(client);
        Object.assign(client, { send: (data: string, done: () => void) => send(data, () => done()) });
        sockets.emit('connection', client, request);
        // A frame that is none closes the socket with the protocol's code; graphql-ws tells the console of a bug of ours.
        client.removeAllListeners('error').on('error', (err) => services.log.debug({ err }, 'websocket'));
      });
    },
    async close() {
      // Who does not answer our goodbye is not waited for.
      const patience = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, goodbyeMs);
      await protocol.dispose();
      clearTimeout(patience);
    },
  };
}

const goodbyeMs = 2_000;
/** RFC 6455's registry: the server will be back, and so should the client. */
const serviceRestart = 1012;
/** The same, for what is not the client's doing. */
const tryAgainLater = 1013;

type SocketExtra = Extra & {
  viewer?: Viewer;
  cancel?: () => void;
  streams?: Map<object, AsyncGenerator<unknown>>;
} & Record<PropertyKey, unknown>;

function isAsyncGenerator(result: object): result is AsyncGenerator<unknown> {
  return Symbol.asyncIterator in result && 'return' in result;
}

/** The execution functions with all plugins applied travel in the root value, which our schema does not use. */
interface PreparedArgs extends ExecutionArgs {
  rootValue: { execute: typeof execute; subscribe: typeof subscribe };
}
