import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * The body of a request as a stream of its own. A pipeline that fails destroys its source, and a request that was
 * destroyed takes nothing in any more, so that its client would be reset instead of told why.
 */
export function bodyOf(request: IncomingMessage): Readable {
  const body = new Readable({ read: () => void request.resume() });
  const pass = (chunk: Buffer) => {
    if (!body.push(chunk)) request.pause();
  };
  // Nothing flows before somebody reads.
  request.pause().on('data', pass);
  request.once('end', () => body.push(null));
  request.once('error', (error) => body.destroy(error));
  body.once('close', () => request.off('data', pass));
  // Heard here as well: what is refused before anything is read has no other reader.
  return body.on('error', () => {});
}
