import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';

/**
 * Whether a page of another origin asks. A program sends no Origin and is welcome;
 * `null` is the origin of whoever hides theirs.
 */
export function isForeign({ headers }: IncomingMessage, { PUBLIC_URL }: Config): boolean {
  const { origin } = headers;
  if (origin === undefined || origin === PUBLIC_URL) return false;
  const own = URL.parse(origin)?.host;
  return own === undefined || own !== headers.host;
}
