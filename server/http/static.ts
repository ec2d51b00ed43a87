import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { AppError } from '../errors.ts';

/** Serves the built page; every path that is no file is the page's own to route. */
export function createStatic(): (request: IncomingMessage, response: ServerResponse) => void {
  const folder = fileURLToPath(new URL('../../web/dist', import.meta.url));
  if (!existsSync(folder)) {
    return () => {
      throw new AppError('NOT_FOUND', 'The page is not built on this server: npm run build.');
    };
  }
  return sirv(folder, {
    single: true,
    gzip: true,
    setHeaders(response, path) {
      // Vite puts a hash of the content into these names.
      const forever = path.startsWith('/assets/');
      response.setHeader('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('referrer-policy', 'no-referrer');
      response.setHeader('x-frame-options', 'DENY');
      response.setHeader('content-security-policy', policy);
    },
  });
}

/** Nothing of another origin and nothing inline: what gets into a page by mistake does not run. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
