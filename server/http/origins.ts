import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';

/**
 * Whether a page of another origin asks, which the operator has not named. A program sends no Origin and is welcome;
 * `null` is the origin of whoever hides theirs.
 */
export function isForeign({ headers }: IncomingMessage, { PUBLIC_URL, CORS_ORIGINS }: Config): boolean {
  const { origin } = headers;
  if (origin === undefined || origin === PUBLIC_URL || CORS_ORIGINS?.includes(origin)) return false;
  const own = URL.parse(origin)?.host;
  return own === undefined || own !== headers.host;
}

/** Where this server is, as browsers see it. TLS is seen by `PUBLIC_URL` alone. */
export function ownOrigin({ headers }: IncomingMessage, { PUBLIC_URL }: Config): string {
  return PUBLIC_URL ?? `http://${headers.host ?? 'localhost'}`;
}

/**
 * Whether a page of our own asks, for what a cookie is enough. A browser tells the origin of each POST, so who does not
 * is none.
 */
export function isOwnPage({ headers }: IncomingMessage, { PUBLIC_URL }: Config): boolean {
  const { origin, host } = headers;
  return origin !== undefined && (origin === PUBLIC_URL || URL.parse(origin)?.host === host);
}

/** CORS, for the origins that the operator names and no other. There are no cookies, so it is never with credentials. */
export function shareWithOrigins(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { CORS_ORIGINS }: Config,
): void {
  if (!CORS_ORIGINS) return;
  response.appendHeader('vary', 'Origin');
  if (!headers.origin || !CORS_ORIGINS.includes(headers.origin)) return;
  response.setHeader('access-control-allow-origin', headers.origin);
  response.setHeader('access-control-expose-headers', exposed);
}

/** A browser's question before the request itself (Fetch standard, 4.8). */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/** Answers it; whoever was not named learns nothing, and its browser stops there. */
export function answerPreflight(
  { headers }: IncomingMessage,
  response: ServerResponse,
  methods: readonly string[],
): void {
  if (response.hasHeader('access-control-allow-origin')) {
    response.setHeader('access-control-allow-methods', methods.join(', '));
    // Whatever it wants to send: a header of its own could do nothing that a program's cannot.
    response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '');
    response.setHeader('access-control-max-age', '7200');
  }
  response.writeHead(204).end();
}

const exposed = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'Location',
  'Octavo-File-Id',
  'Retry-After',
  'Tus-Extension',
  'Tus-Max-Size',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Expires',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Offset',
  'WWW-Authenticate',
].join(', ');
