import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { AppError } from '../errors.ts';
import { pagePolicy } from './restrictions.ts';

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
    brotli: true,
    gzip: true,
    setHeaders(response, path) {
      // Vite puts a hash of the content into these names.
      const forever = path.startsWith('/assets/');
      response.setHeader('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.setHeader('content-security-policy', pagePolicy);
    },
  });
}
