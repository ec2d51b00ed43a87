import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { continueWhenRead } from './body.ts';
import { createGraphql } from './graphql.ts';
import { createIdleGuard } from './idle.ts';
import { refuse } from './reply.ts';
import { createRouter } from './routes.ts';
import { createSend } from './send.ts';
import { createStalls } from './stalls.ts';
import { ownSockets, wantsWebSocket } from './upgrade.ts';
import { createWebSockets } from './websocket.ts';

export interface HttpServer {
  url: string;
  /** Takes no more, breaks streams so that their clients go elsewhere, gives other requests some seconds to end. */
  close(): Promise<void>;
}

/**
 * @param patience.stallMs after which a stream whose reader takes nothing is cut
 * @param patience.idleMs after which a request whose sender sends nothing is ended
 */
export async function startHttp(
  services: Services,
  { stallMs = 30_000, idleMs = 60_000 }: { stallMs?: number; idleMs?: number } = {},
): Promise<HttpServer> {
  const { config, log } = services;
  const streams = new Set<ServerResponse>();
  const stalls = createStalls(stallMs);
  const yoga = createGraphql(services, stalls, (response) => {
    streams.add(response);
    const unwatch = response.socket ? stalls.watch(response.socket) : () => {};
    response.once('close', () => {
      streams.delete(response);
      unwatch();
    });
  });
  const sockets = createWebSockets(services, yoga, stalls);
  const router = await createRouter(services, yoga, createSend(stalls, log));
  const idle = createIdleGuard(idleMs);

  const server = createServer({
    // A client that vanished with its network says no goodbye; the kernel asks after it.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    shouldUpgradeCallback: wantsWebSocket,
    headersTimeout: 20_000,
    connectionsCheckingInterval: 5_000,
    // A large upload over a slow line takes its time; what is bounded is its silence.
    requestTimeout: 0,
    // Longer than that of proxies, or they send a request just as we close.
    keepAliveTimeout: 65_000,
  });
  server.maxConnections = config.MAX_CONNECTIONS;
  server.on('request', answer);
  server.on('checkContinue', (request, response) => {
    continueWhenRead(request, response);
    answer(request, response);
  });
  let full = -Infinity;
  server.on('drop', () => {
    if (performance.now() - full < 10_000) return;
    full = performance.now();
    log.warn(
      { connections: config.MAX_CONNECTIONS },
      'new connections are refused: MAX_CONNECTIONS are open',
    );
    server.closeIdleConnections();
  });
  ownSockets(server, sockets.upgrade);

  function answer(request: IncomingMessage, response: ServerResponse) {
    response.on('error', (err) => log.debug({ err }, 'answer ended early'));
    idle.watch(request, () => {
      if (response.headersSent) return request.destroy();
      refuse(
        request,
        response,
        408,
        new AppError('TIME_LIMIT', 'The request came to a halt. Send it again.'),
      );
      // Nothing more is waited for.
      response.end();
    });
    void router(request, response);
  }

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, config.HOST, config.PORT)));
  server.listen(config.PORT, config.HOST, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`,
    async close() {
      const closed = new Promise((done) => server.close(done));
      for (const response of streams) response.destroy();
      await sockets.close();
      server.closeIdleConnections();
      const patience = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(patience);
      stalls.close();
      idle.close();
      await yoga.dispose();
    },
  };
}

/** For requests at work when the server stops. */
const graceMs = 5_000;

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(`PORT: ${port} is in use; set another, or 0 for a free one`);
  if (error.code === 'EACCES') return new Error(`PORT: not allowed to listen on ${port}; set one above 1023`);
  return new Error(`HOST: cannot listen on ${host}:${port}: ${error.message}`);
}
