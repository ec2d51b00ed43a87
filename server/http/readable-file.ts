import type { IncomingMessage } from 'node:http';
import type { FileRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import type { Part } from '../files/links.ts';
import { parseId } from '../id.ts';
import type { Services } from '../services.ts';
import { requireViewer } from './identity.ts';

/**
 * The file at `/files/:id` or `/files/:id/:part`, for a bearer token or a link that was signed for just that.
 * @throws AppError NOT_FOUND whatever is wrong with it
 */
export async function findReadable(
  services: Services,
  request: IncomingMessage,
  url: URL,
  part?: Part,
): Promise<FileRow> {
  const file = await find(services, request, url, part);
  if (!file || file.removedAt || (file.expiresAt && file.expiresAt.getTime() <= Date.now()))
    throw new AppError('NOT_FOUND', 'There is no such file, or it has expired.');
  return file;
}

async function find(
  services: Services,
  request: IncomingMessage,
  url: URL,
  part: Part | undefined,
): Promise<FileRow | undefined> {
  const path = url.pathname.slice('/files/'.length);
  const id = parseId('file', part ? path.slice(0, -`/${part}`.length) : path);
  if (!id) return undefined;
  if (services.links.verify(id, url.searchParams, part)) return services.files.findAny(id);
  if (url.searchParams.has('signature')) return undefined;
  return services.files.find(await requireViewer(services, request), id);
}
