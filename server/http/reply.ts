import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type ErrorCode } from '../errors.ts';
import { newId } from '../id.ts';
import type { Logger } from '../log.ts';

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** `{ error: { code, message } }`. What we did not foresee is masked, and logged under the id that the client sees. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown, log: Logger) {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const known = error instanceof AppError ? error : masked(error, log);
  // A body that nobody will read: take it in for a while, or the client sees a reset where it should see the answer.
  if (!request.complete) {
    request.resume();
    const patience = setTimeout(() => request.destroy(), drainMs);
    request.once('close', () => clearTimeout(patience));
  }
  sendJson(response, statusOf(known), errorBody(known), {
    ...(request.complete ? {} : { connection: 'close' }),
    ...(known.retryAfter === undefined ? {} : { 'retry-after': String(known.retryAfter) }),
  });
}

export function errorBody({ code, message }: AppError) {
  return { error: { code, message } };
}

/** The HTTP status that says it best. */
export function statusOf({ code }: AppError): number {
  return statuses[code] ?? 400;
}

export function masked(error: unknown, log: Logger): AppError {
  const requestId = newId();
  log.error({ err: error, requestId }, 'unexpected error');
  return new AppError(
    'INTERNAL',
    `Something went wrong on our side. If it stays so, tell the operator: request ${requestId}.`,
  );
}

const drainMs = 5_000;

const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  FILE_LOST: 410,
  FILE_TOO_LARGE: 413,
  NOT_A_PDF: 415,
  BROKEN_PDF: 422,
  ENCRYPTED: 422,
  TOO_MANY_PAGES: 422,
  TOO_COMPLEX: 422,
  MEMORY_LIMIT: 422,
  TIME_LIMIT: 422,
  UNSUPPORTED: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  STORAGE_FULL: 507,
};
