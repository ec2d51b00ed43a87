import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { readAddress } from './address.ts';
import { archiveContent } from './archives.ts';
import { fileContent } from './downloads.ts';
import type { Yoga } from './graphql.ts';
import { admitGuest } from './guests.ts';
import { sendReadiness } from './health.ts';
import { answerPreflight, isPreflight, shareWithOrigins } from './origins.ts';
import { refuse, sendError, sendJson } from './reply.ts';
import { graphiqlPolicy, restrict } from './restrictions.ts';
import type { Send } from './send.ts';
import { giveToken, sendWaysIn, signOut } from './serve-session.ts';
import { comeBack, leaveForIssuer } from './sign-in.ts';
import { createStatic } from './static.ts';
import { thumbnailContent } from './serve-thumbnails.ts';
import { createTus } from './tus.ts';
import { receiveFile } from './uploads.ts';

/** Answers a request; resolves when that is done, and never rejects. */
export type Router = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Route {
  path: RegExp;
  /** Left away where the handler answers for all of them. */
  methods?: readonly string[];
  handle(request: IncomingMessage, response: ServerResponse, url: URL): unknown;
  /** What a browser may do with the answer; as little as can be where it is left away. */
  policy?: string;
}

/** All that a request can ask for. What it may do, and with what, follows from the one address that was read. */
export async function createRouter(services: Services, yoga: Yoga, send: Send): Promise<Router> {
  const page = await createStatic();
  const tus = createTus(services);
  const read = ['GET', 'HEAD'];

  const routes: readonly Route[] = [
    {
      path: /^\/graphql$/,
      methods: ['GET', 'POST'],
      handle: (request, response) => yoga.handle(request, response, { req: request, res: response }),
      policy: graphiqlPolicy,
    },
    {
      path: /^\/files$/,
      methods: ['POST'],
      handle: (request, response, url) => receiveFile(services, request, response, url),
    },
    {
      path: /^\/files\/[^/]+$/,
      methods: read,
      handle: async (request, response, url) =>
        send(request, response, await fileContent(services, request, url)),
    },
    {
      path: /^\/files\/[^/]+\/thumbnail$/,
      methods: read,
      handle: async (request, response, url) =>
        send(request, response, await thumbnailContent(services, request, url)),
    },
    {
      path: /^\/jobs\/[^/]+\/archive$/,
      methods: read,
      handle: async (request, response, url) =>
        send(request, response, await archiveContent(services, request, url)),
    },
    {
      // The protocol has an OPTIONS of its own, lets a header stand for the method, and refuses in its own way.
      path: /^\/uploads(\/|$)/,
      handle: (request, response, url) => tus(request, response, url.pathname),
    },
    {
      path: /^\/auth\/guest$/,
      methods: ['POST'],
      handle: (request, response) => admitGuest(services, request, response),
    },
    {
      path: /^\/auth$/,
      methods: read,
      handle: (request, response) => sendWaysIn(services, request, response),
    },
    {
      path: /^\/auth\/login$/,
      methods: ['GET'],
      handle: (request, response, url) => leaveForIssuer(services, request, response, url),
    },
    {
      path: /^\/auth\/callback$/,
      methods: ['GET'],
      handle: (request, response, url) => comeBack(services, request, response, url),
    },
    {
      path: /^\/auth\/token$/,
      methods: ['POST'],
      handle: (request, response) => giveToken(services, request, response),
    },
    {
      path: /^\/auth\/logout$/,
      methods: ['POST'],
      handle: (request, response) => signOut(services, request, response),
    },
    {
      path: /^\/livez$/,
      methods: read,
      handle: (_request, response) => sendJson(response, 200, { live: true }),
    },
    {
      path: /^\/readyz$/,
      methods: read,
      handle: (_request, response) => sendReadiness(services, response),
    },
    {
      // Every other address, but none that begins as one of the API's.
      path: /^\/(?!(graphql|files|uploads|auth|livez|readyz)(\/|$))/,
      methods: read,
      handle: (request, response, url) => send(request, response, page(request, url.pathname)),
    },
  ];

  async function route(request: IncomingMessage, response: ServerResponse) {
    const url = readAddress(request);
    const found = url && routes.find(({ path }) => path.test(url.pathname));
    restrict(response, found?.policy);
    shareWithOrigins(request, response, services.config);
    if (!url) throw new AppError('INVALID_INPUT', 'The address of this request, or its Host, is malformed.');
    if (!found) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    const { methods, handle } = found;
    if (isPreflight(request)) return answerPreflight(request, response, methods ?? everyMethod);
    if (!methods || methods.includes(request.method ?? ''))
      return void (await handle(request, response, url));
    const allow = methods.join(', ');
    if (request.method === 'OPTIONS') return void response.writeHead(204, { allow }).end();
    refuse(request, response, 405, new AppError('INVALID_INPUT', `Here is only ${allow}.`), { allow });
  }

  return (request, response) =>
    route(request, response).catch((error: unknown) => sendError(request, response, error, services.log));
}

const everyMethod = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'];
