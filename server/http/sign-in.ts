import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Departure, OpenId, SignInProblem } from '../auth/openid.ts';
import { sessionLifetime } from '../auth/sessions.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { clientNetwork } from './client-network.ts';
import { type Cookie, readCookie, setCookie } from './cookies.ts';
import { ownOrigin } from './origins.ts';

/** Stands for a session. */
export const sessionCookie: Cookie = { name: 'octavo_session', lifetime: sessionLifetime };

/** `GET /auth/login?to=/jobs/…`: sends a browser to the issuer. */
export async function leaveForIssuer(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) {
  const openId = requireOpenId(services);
  services.limits.signIns.take(clientNetwork(services, request));
  const to = ownPath(url.searchParams.get('to') ?? '/');
  const left = await openId.depart(new URL('/auth/callback', ownOrigin(request, services.config)));
  if (typeof left === 'string') return goBack(services, request, response, to, left);
  const note = { ...left.departure, to: to.length > longestWayBack ? '/' : to };
  const kept = Buffer.from(JSON.stringify(note)).toString('base64url');
  setCookie(services, request, response, departureCookie, kept);
  redirect(response, left.url.href);
}

/** `GET /auth/callback`: the issuer has sent the browser back, which gets a session, or hears on the page why not. */
export async function comeBack(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  { search }: URL,
) {
  const openId = requireOpenId(services);
  services.limits.signIns.take(clientNetwork(services, request));
  const departure = readDeparture(readCookie(services, request, departureCookie));
  // Good for one return.
  setCookie(services, request, response, departureCookie, undefined);
  if (!departure) return goBack(services, request, response, '/', 'expired');
  const arrival = new URL(`/auth/callback${search}`, ownOrigin(request, services.config));
  const person = await openId.arrive(arrival, departure);
  if (typeof person === 'string') return goBack(services, request, response, departure.to, person);
  const before = readCookie(services, request, sessionCookie);
  if (before) await services.sessions.end(before);
  setCookie(services, request, response, sessionCookie, await services.sessions.begin(person));
  goBack(services, request, response, departure.to);
}

/** @throws AppError NOT_FOUND where people do not sign in here */
export function requireOpenId({ openId }: Services): OpenId {
  if (!openId) throw new AppError('NOT_FOUND', 'Nobody signs in here: no OIDC_ISSUER is configured.');
  return openId;
}

/** What the browser keeps while it is away. Nothing in it is believed: it only has to match what comes back. */
const departureCookie: Cookie = { name: 'octavo_departure', lifetime: 600 };

/** A browser takes no cookie above 4,096 bytes. */
const longestWayBack = 2_000;

const departures = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });

function readDeparture(cookie = ''): (Departure & { to: string }) | undefined {
  try {
    const departure = departures.parse(JSON.parse(Buffer.from(cookie, 'base64url').toString()));
    return { ...departure, to: ownPath(departure.to) };
  } catch {
    return undefined;
  }
}

/**
 * A path of ours as a browser understands it, which takes `\` for `/`, forgets line breaks, and goes to another host
 * after two slashes. @throws AppError INVALID_INPUT for any other address
 */
function ownPath(to: string): string {
  const here = 'http://here.invalid';
  const url = to.startsWith('/') ? URL.parse(to, here) : null;
  if (!url || url.origin !== here || url.pathname.startsWith('//'))
    throw new AppError('INVALID_INPUT', '"to" must be a path of this server, as /jobs/….', { field: ['to'] });
  return url.pathname + url.search;
}

/** To the page, which reads behind `#` how it went. */
function goBack(
  { config }: Services,
  request: IncomingMessage,
  response: ServerResponse,
  to: string,
  problem?: SignInProblem,
) {
  redirect(response, `${ownOrigin(request, config)}${to}#sign-in=${problem ?? 'done'}`);
}

function redirect(response: ServerResponse, location: string) {
  response.writeHead(303, { location, 'cache-control': 'no-store' }).end();
}
