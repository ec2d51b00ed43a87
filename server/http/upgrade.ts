import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../errors.ts';
import { readAddress } from './address.ts';
import { errorBody } from './reply.ts';

/** Whether a request is for our WebSocket. Any other protocol that one offers is ignored (RFC 9110, 7.8). */
export function wantsWebSocket(request: IncomingMessage): boolean {
  const { method, headers } = request;
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    readAddress(request)?.pathname === '/graphql'
  );
}

/**
 * The only owner of sockets that the HTTP server lets go of: upgraded ones, tunnels, and those on which no HTTP was
 * spoken. From the first moment their errors are heard, as one that nobody hears ends the process.
 * @param upgrade takes over those that want a WebSocket
 */
export function ownSockets(
  server: Server,
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): void {
  server.on('upgrade', (request, socket, head) => {
    hear(socket);
    upgrade(request, socket, head);
  });
  server.on('connect', (_request, socket) => {
    hear(socket);
    refuseSocket(socket, 405, 'This is no proxy.', { allow: 'GET, HEAD, POST' });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Gone, or refused already and still talking.
    if (!socket.writable) return;
    // Half an answer is out: ours would be taken for its rest.
    const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse };
    if (answer?.headersSent) return void socket.destroy();
    const [status, message] = clientErrors[error.code ?? ''] ?? [400, 'This is not a request in HTTP/1.1.'];
    refuseSocket(socket, status, message);
  });
}

/** Answers in HTTP on a bare socket, and closes it once the other side has had time to read that. */
export function refuseSocket(
  socket: Duplex,
  status: number,
  message: string,
  headers: Record<string, string | number> = {},
): void {
  const body = JSON.stringify(errorBody(new AppError('INVALID_INPUT', message)));
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  // Closed while bytes arrive it would be reset, and the answer lost. Nobody else destroys it: it may be half open.
  const patience = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(patience));
  socket.once('end', () => socket.destroy());
  socket.resume();
}

function hear(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
}

const lingerMs = 2_000;

const clientErrors: Record<string, [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large; 16 KB are allowed.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too large; 16 KB are allowed.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The headers did not come in time.'],
};
