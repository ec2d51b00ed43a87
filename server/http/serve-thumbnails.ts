import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Services } from '../services.ts';
import { findReadable } from './readable-file.ts';
import { type Content, partsOf } from './send.ts';

/**
 * What `GET /files/:id/thumbnail` gives, with a bearer token or a signed link.
 * @throws AppError NOT_FOUND where there is none; FILE_LOST
 */
export async function thumbnailContent(
  services: Services,
  request: IncomingMessage,
  url: URL,
): Promise<Content> {
  const file = await findReadable(services, request, url, 'thumbnail');
  const bytes = await services.thumbnails.of(file);
  return {
    bytes: bytes.length,
    etag: `"${hash('sha256', bytes)}"`,
    // As long as its link stays the same.
    headers: { 'cache-control': 'private, max-age=900', 'content-type': 'image/webp' },
    read: (range) => partsOf(bytes, range),
  };
}
