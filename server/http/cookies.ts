import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../services.ts';
import { ownOrigin } from './origins.ts';

/** A cookie that only this server reads, and only below `/auth`: never with a page, an upload or a query. */
export interface Cookie {
  name: string;
  /** Seconds. */
  lifetime: number;
}

export function readCookie(services: Services, request: IncomingMessage, cookie: Cookie): string | undefined {
  const name = nameOf(services, request, cookie);
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) || undefined;
}

/** @param value undefined takes it away */
export function setCookie(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  cookie: Cookie,
  value: string | undefined,
): void {
  const attributes = [
    `${nameOf(services, request, cookie)}=${value ?? ''}`,
    'Path=/auth',
    `Max-Age=${value === undefined ? 0 : cookie.lifetime}`,
    'HttpOnly',
    // Sent along when the issuer sends a browser back, and not with what another site asks for in its name.
    'SameSite=Lax',
    ...(isSecure(services, request) ? ['Secure'] : []),
  ];
  response.appendHeader('set-cookie', attributes.join('; '));
}

/** With the prefix a browser takes the cookie over https alone: nobody on the network can put one of theirs in its place. */
function nameOf(services: Services, request: IncomingMessage, { name }: Cookie): string {
  return isSecure(services, request) ? `__Secure-${name}` : name;
}

function isSecure({ config }: Services, request: IncomingMessage): boolean {
  return ownOrigin(request, config).startsWith('https:');
}
