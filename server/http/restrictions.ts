import type { ServerResponse } from 'node:http';

/** Tells browsers what they shall not do with a response, whatever gets into it by mistake. */
export function restrict(response: ServerResponse, policy = dataPolicy): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  // Links to files are signed: whoever is told one may use it.
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('content-security-policy', policy);
}

/** The page: nothing of another origin and nothing inline. */
export const pagePolicy = [
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
  // No text becomes markup or script; of addresses only those that web/trusted-types.ts lets through.
  "require-trusted-types-for 'script'",
  'trusted-types default',
].join('; ');

/** GraphiQL is one document with all that it needs in it, and keeps no token. */
export const graphiqlPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers for programs, and files: never shown in our origin, as a PDF or what poses as one may carry script. */
const dataPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
