import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Services } from '../services.ts';
import { parseRange } from './range.ts';
import { findReadable } from './readable-file.ts';

/** `GET /files/:id` with a bearer token or a signed link. Whatever is wrong with it, the answer is *not found*. */
export async function sendFile(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) {
  const file = await findReadable(services, request, url);
  const etag = `"${file.sha256}"`;
  response.setHeader('etag', etag);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('cache-control', 'private, max-age=0, must-revalidate');
  response.setHeader('content-type', file.mediaType);
  response.setHeader('content-disposition', disposition(file.name));
  if (matches(request.headers['if-none-match'], etag)) return void response.writeHead(304).end();

  const ifRange = request.headers['if-range'];
  const wanted = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
  const range = parseRange(wanted, file.bytes);
  if (range === 'unsatisfiable')
    return void response.writeHead(416, { 'content-range': `bytes */${file.bytes}` }).end();
  const { start, end } = range ?? { start: 0, end: file.bytes - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${file.bytes}` } : {}),
  });
  if (request.method === 'HEAD') return void response.end();
  await pipeline(services.storage.read(file.storageKey, { start, end }), response).catch((error: Error) => {
    services.log.debug({ err: error }, 'download ended early');
  });
}

/** Whether the client has it already. */
export function matches(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined && header.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim()))
  );
}

/** RFC 6266: an ASCII name for old clients, the real one in `filename*` (RFC 8187). */
export function disposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
