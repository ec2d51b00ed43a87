import type { IncomingMessage } from 'node:http';
import { bearer, type Viewer } from '../auth/tokens.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';

/** The viewer of a request; undefined without a token. @throws AppError UNAUTHENTICATED for a bad one */
export async function viewerOfRequest(
  { identify }: Services,
  request: IncomingMessage,
): Promise<Viewer | undefined> {
  const token = bearer(request.headers.authorization);
  return token === undefined ? undefined : identify(token);
}

export async function requireViewer(services: Services, request: IncomingMessage): Promise<Viewer> {
  const viewer = await viewerOfRequest(services, request);
  if (!viewer) throw new AppError('UNAUTHENTICATED', 'Send "Authorization: Bearer <token>".');
  return viewer;
}

/** What a 401 says of how to do better (RFC 6750, section 3). @param given the Authorization header, if any */
export function challenge(given: string | null | undefined): string {
  return `Bearer realm="Octavo"${given ? ', error="invalid_token"' : ''}`;
}

/**
 * The viewer of a WebSocket, by `connection_init` or else the header of the upgrade. Browsers cannot set that header,
 * and clients write the key as they like and leave `Bearer` away.
 * @throws AppError UNAUTHENTICATED in few enough words for a close reason
 */
export async function viewerOfSocket(
  { identify }: Services,
  { headers }: IncomingMessage,
  params: Record<string, unknown> = {},
): Promise<Viewer> {
  const [, given] = Object.entries(params).find(([key]) => key.toLowerCase() === 'authorization') ?? [];
  const text = typeof given === 'string' ? given : headers.authorization;
  const token = text?.replace(/^\s*Bearer\b/i, '').trim();
  if (!token)
    throw new AppError('UNAUTHENTICATED', 'Send {"authorization": "Bearer <token>"} with connection_init.');
  return identify(token);
}

/**
 * Calls `end` when the viewer's token ends, or is ended. A timer holds 24.8 days at most and would fire at once for more,
 * so it is set again and again. Returns what stops it.
 */
export function atTokenEnd({ revocations }: Services, viewer: Viewer, end: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = viewer.expiresAt - Date.now();
    if (left <= 0) return end();
    timer = setTimeout(wait, Math.min(left, maxTimerMs)).unref();
  };
  wait();
  const unwatch = revocations.watch(viewer, end);
  return () => {
    clearTimeout(timer);
    unwatch();
  };
}

const maxTimerMs = 2 ** 31 - 1;
