import { createHmac, timingSafeEqual } from 'node:crypto';
import { publicId } from '../id.ts';

/** Signed download links: whoever has one may read this one file until it ends. */
export interface Links {
  /** Good for 15 to 30 minutes; the same within a quarter of an hour, so that a page does not see it change. */
  sign(fileId: string): string;
  verify(fileId: string, query: URLSearchParams): boolean;
}

export function createLinks(secret: string, publicUrl: string | undefined): Links {
  // A key of its own, so that no token can ever pass for a link.
  const key = createHmac('sha256', secret).update('octavo file links').digest();
  const signature = (id: string, end: string) =>
    createHmac('sha256', key).update(`${id} ${end}`).digest('base64url');

  return {
    sign(fileId) {
      const id = publicId('file', fileId);
      const end = String((Math.floor(Date.now() / quarterMs) + 2) * quarterMs);
      return `${publicUrl ?? ''}/files/${id}?end=${end}&signature=${signature(id, end)}`;
    },
    verify(fileId, query) {
      const end = query.get('end') ?? '';
      const given = Buffer.from(query.get('signature') ?? '');
      const wanted = Buffer.from(signature(publicId('file', fileId), end));
      return given.length === wanted.length && timingSafeEqual(given, wanted) && Number(end) > Date.now();
    },
  };
}

const quarterMs = 15 * 60_000;
