import type { IncomingMessage } from 'node:http';
import { assertStored } from '../files/stored.ts';
import type { Services } from '../services.ts';
import { findReadable } from './readable-file.ts';
import type { Content } from './send.ts';

/**
 * What `GET /files/:id` gives, with a bearer token or a signed link.
 * @throws AppError NOT_FOUND whatever is wrong with the request; FILE_LOST
 */
export async function fileContent(services: Services, request: IncomingMessage, url: URL): Promise<Content> {
  const { storage, log } = services;
  const file = await findReadable(services, request, url);
  await assertStored([file], storage, log);
  return {
    bytes: file.bytes,
    etag: `"${file.sha256}"`,
    headers: {
      'cache-control': 'private, max-age=0, must-revalidate',
      'content-type': file.mediaType,
      'content-disposition': disposition(file.name),
    },
    read: (range) => storage.read(file.storageKey, range),
  };
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
