import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../services.ts';
import { ownOrigin } from './origins.ts';

/** A cookie that only this server reads, and only below `/auth`: never with a page, an upload or a query. */
export interface Cookie {
  name: string;
  /** Seconds. */
  lifetime: number;
}

export function readCookie({ headers }: IncomingMessage, { name }: Cookie): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) || undefined;
}

/** @param value undefined takes it away */
export function setCookie(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  { name, lifetime }: Cookie,
  value: string | undefined,
): void {
  const attributes = [
    `${name}=${value ?? ''}`,
    'Path=/auth',
    `Max-Age=${value === undefined ? 0 : lifetime}`,
    'HttpOnly',
    // Sent along when the issuer sends a browser back, and not with what another site asks for in its name.
    'SameSite=Lax',
    ...(ownOrigin(request, services.config).startsWith('https:') ? ['Secure'] : []),
  ];
  response.appendHeader('set-cookie', attributes.join('; '));
}
