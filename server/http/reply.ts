import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, statusOf } from '../errors.ts';
import { newId } from '../id.ts';
import type { Logger } from '../log.ts';
import { challenge } from './identity.ts';

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { ...jsonHeaders, ...headers });
  response.end(JSON.stringify(body));
}

/** `{ error: { code, message } }`. What we did not foresee is masked, and logged under the id that the client sees. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown, log: Logger) {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const known = error instanceof AppError ? error : masked(error, log);
  refuse(request, response, statusOf(known.code), known, {
    ...(known.code === 'UNAUTHENTICATED'
      ? { 'www-authenticate': challenge(request.headers.authorization) }
      : {}),
    ...(known.retryAfter === undefined ? {} : { 'retry-after': String(known.retryAfter) }),
  });
}

/** The same with a status that tells more than the code does. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  error: AppError,
  headers: Record<string, string> = {},
) {
  if (request.complete || !hasBody(request)) sendJson(response, status, errorBody(error), headers);
  else sendUnread(request, response, status, JSON.stringify(errorBody(error)), headers);
}

export function errorBody({ code, message }: AppError) {
  return { error: { code, message } };
}

/** Logs what we did not foresee under a request id, which is all that the client is told. */
export function masked(error: unknown, log: Logger): AppError {
  const requestId = newId();
  log.error({ err: error, requestId }, 'unexpected error');
  return new AppError(
    'INTERNAL',
    `Something went wrong on our side. If it stays so, tell the operator: request ${requestId}.`,
    { requestId },
  );
}

/**
 * Answers a request whose body nobody will read. It is taken in for a while and thrown away, as a connection that is
 * closed while bytes arrive is reset, and the client would see that instead of the answer.
 */
function sendUnread(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string>,
) {
  response.writeHead(status, {
    ...jsonHeaders,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...headers,
  });
  // Whole for the client by its length; the end, at which the connection is closed, comes later.
  response.write(body);
  const end = () => response.end();
  const patience = setTimeout(end, drainMs);
  request.once('end', end);
  response.once('close', () => {
    clearTimeout(patience);
    // Nobody else tells whoever still reads it: an answer that is out has nothing to do with its request any more.
    request.destroy();
  });
  request.resume();
}

/** RFC 9112, 6.3. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

const drainMs = 5_000;

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
