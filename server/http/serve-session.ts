import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { readCookie, setCookie } from './cookies.ts';
import { takesGuests } from './guests.ts';
import { viewerOfRequest } from './identity.ts';
import { isOwnPage } from './origins.ts';
import { refuse, sendJson } from './reply.ts';
import { requireOpenId, sessionCookie } from './sign-in.ts';

/** `GET /auth`: how one may become somebody here, and whether this browser has signed in. */
export function sendWaysIn(services: Services, request: IncomingMessage, response: ServerResponse) {
  sendJson(response, 200, {
    guests: takesGuests(services.config),
    issuer: services.openId?.name ?? null,
    signedIn: services.openId !== undefined && readCookie(services, request, sessionCookie) !== undefined,
  });
}

/**
 * `POST /auth/token`: for the cookie of a session a token of some minutes. With a guest's token beside it, what that guest
 * has is the person's from now on: the browser shows that it is theirs.
 */
export async function giveToken(services: Services, request: IncomingMessage, response: ServerResponse) {
  requireOpenId(services);
  if (!isOwnPage(request, services.config)) return refusePage(request, response);
  const guest = await viewerOfRequest(services, request);
  if (guest && !guest.guest)
    throw new AppError('UNAUTHENTICATED', "Only a guest's jobs and files can be taken along.");
  const cookie = readCookie(services, request, sessionCookie);
  const session = cookie && (await services.sessions.use(cookie, guest));
  if (!session) {
    setCookie(services, request, response, sessionCookie, undefined);
    throw new AppError('UNAUTHENTICATED', 'Your session has ended. Sign in again.');
  }
  sendJson(response, 201, await services.tokens.ofSession(session));
}

/** `POST /auth/logout`: ends the session here; `url`, where there is one, is where the issuer ends its own. */
export async function signOut(services: Services, request: IncomingMessage, response: ServerResponse) {
  requireOpenId(services);
  if (!isOwnPage(request, services.config)) return refusePage(request, response);
  const cookie = readCookie(services, request, sessionCookie);
  const session = cookie && (await services.sessions.end(cookie));
  setCookie(services, request, response, sessionCookie, undefined);
  sendJson(response, 200, { url: (session && session.signOutUrl) || null });
}

function refusePage(request: IncomingMessage, response: ServerResponse) {
  refuse(
    request,
    response,
    403,
    new AppError('INVALID_INPUT', 'Only a page of this server may ask for this, and says so in "Origin".'),
  );
}
