import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { archiveContent } from './archives.ts';
import { fileContent } from './downloads.ts';
import { createGraphql } from './graphql.ts';
import { admitGuest } from './guests.ts';
import { sendReadiness } from './health.ts';
import { sendError, sendJson } from './reply.ts';
import { restrict } from './restrictions.ts';
import { createSend } from './send.ts';
import { createStalls } from './stalls.ts';
import { createStatic } from './static.ts';
import { thumbnailContent } from './thumbnails.ts';
import { createTus } from './tus.ts';
import { receiveFile } from './uploads.ts';
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
  const send = createSend(stalls, log);
  const page = await createStatic();
  const tus = createTus(services);

  async function route(request: IncomingMessage, response: ServerResponse) {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    if (!url) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    const { pathname } = url;
    if (pathname === '/graphql') await yoga.handle(request, response, { req: request, res: response });
    else if (pathname === '/files' && request.method === 'POST')
      await receiveFile(services, request, response, url);
    else if (/^\/files\/[^/]+\/thumbnail$/.test(pathname) && isRead(request))
      await send(request, response, await thumbnailContent(services, request, url));
    else if (/^\/uploads(\/|$)/.test(pathname) && request.method !== 'GET')
      await tus(request, response, pathname);
    else if (pathname.startsWith('/files/') && isRead(request))
      await send(request, response, await fileContent(services, request, url));
    else if (/^\/jobs\/[^/]+\/archive$/.test(pathname) && isRead(request))
      await send(request, response, await archiveContent(services, request, url));
    else if (pathname === '/auth/guest' && request.method === 'POST')
      await admitGuest(services, request, response);
    else if (pathname === '/livez') sendJson(response, 200, { live: true });
    else if (pathname === '/readyz') await sendReadiness(services, response);
    else if (isRead(request) && !/^\/(files|auth|uploads)\b/.test(pathname))
      await send(request, response, page(request, pathname));
    else throw new AppError('NOT_FOUND', 'There is nothing at this address.');
  }

  // A client that vanished with its network says no goodbye; the kernel asks after it, and its upload does not stay half done.
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: 60_000 }, (request, response) => {
    restrict(request, response);
    route(request, response).catch((error: unknown) => sendError(request, response, error, log));
  });
  // A large upload over a slow line takes its time; what is bounded is the wait for the headers.
  server.requestTimeout = 0;
  server.on('upgrade', (request, socket, head) => {
    if (URL.parse(request.url ?? '/', 'http://localhost')?.pathname === '/graphql')
      sockets.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
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

function isRead(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(`PORT: ${port} is in use; set another, or 0 for a free one`);
  if (error.code === 'EACCES') return new Error(`PORT: not allowed to listen on ${port}; set one above 1023`);
  return new Error(`HOST: cannot listen on ${host}:${port}: ${error.message}`);
}
