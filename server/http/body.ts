import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished, Readable } from 'node:stream';

/**
 * The body of a request as a stream of its own. A pipeline that fails destroys its source, and a request that was
 * destroyed takes nothing in any more, so that its client would be reset instead of told why.
 */
export function bodyOf(request: IncomingMessage): Readable {
  const body = new Readable({ read: () => void request.resume() });
  const pass = (chunk: Buffer) => {
    if (!body.push(chunk)) request.pause();
  };
  // Nothing flows, and no client is told to go on, before somebody reads.
  request.pause().on('data', pass);
  // Also for one that was gone before we came.
  finished(request, { writable: false }, (error) => {
    if (error) body.destroy(error);
    else body.push(null);
  });
  body.once('close', () => request.off('data', pass));
  // Heard here as well: what is refused before anything is read has no other reader.
  return body.on('error', () => {});
}

/**
 * For a client that asks before it sends its body (RFC 9110, 10.1.1): it hears 100 when somebody begins to read, by
 * which time identity and announced size have been looked at, or else the final refusal.
 */
export function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read.bind(request);
  request._read = (size) => {
    request._read = read;
    // What is refused is read as well, to be thrown away.
    if (!response.headersSent) response.writeContinue();
    read(size);
  };
}
