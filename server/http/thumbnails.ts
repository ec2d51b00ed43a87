import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../services.ts';
import { matches } from './downloads.ts';
import { findReadable } from './readable-file.ts';

/** `GET /files/:id/thumbnail` with a bearer token or a signed link. Without a thumbnail it is *not found*. */
export async function sendThumbnail(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) {
  const file = await findReadable(services, request, url, 'thumbnail');
  const bytes = await services.thumbnails.of(file);
  const etag = `"thumbnail-${file.sha256}"`;
  response.setHeader('etag', etag);
  // As long as its link stays the same.
  response.setHeader('cache-control', 'private, max-age=900');
  response.setHeader('content-type', 'image/webp');
  if (matches(request.headers['if-none-match'], etag)) return void response.writeHead(304).end();
  response.writeHead(200, { 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
