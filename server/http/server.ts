import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Services } from '../services.ts';
import { createGraphql } from './graphql.ts';
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

/** @param stallMs after which a stream whose reader takes nothing is cut */
export async function startHttp(services: Services, stallMs = 30_000): Promise<HttpServer> {
  const { config, log } = services;
  const streams = new Set<ServerResponse>();
  const stalls = createStalls(stallMs);
  const yoga = createGraphql(services, (response) => {
    streams.add(response);
    const unwatch = response.socket ? stalls.watch(response.socket) : () => {};
    response.once('close', () => {
      streams.delete(response);
      unwatch();
    });
  });
  const sockets = createWebSockets(services, yoga, stalls);
  const router = await createRouter(services, yoga, createSend(stalls, log));

  const server = createServer({
    // A client that vanished with its network says no goodbye; the kernel asks after it.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    shouldUpgradeCallback: wantsWebSocket,
  });
  // A large upload over a slow line takes its time; what is bounded is the wait for the headers.
  server.requestTimeout = 0;
  server.on('request', (request, response) => {
    response.on('error', (err) => log.debug({ err }, 'answer ended early'));
    void router(request, response);
  });
  ownSockets(server, sockets.upgrade);

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
