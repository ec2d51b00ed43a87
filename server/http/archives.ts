import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { JobRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { assertStored } from '../files/stored.ts';
import { parseId } from '../id.ts';
import { archiveName } from '../pdf/plan/result-names.ts';
import type { Services } from '../services.ts';
import { disposition } from './downloads.ts';
import { requireViewer } from './identity.ts';
import type { Content } from './send.ts';

/**
 * What `GET /jobs/:id/archive` gives, with a bearer token or a signed link: all results as one ZIP.
 * @throws AppError NOT_FOUND whatever is wrong with the request; FILE_LOST
 */
export async function archiveContent(
  services: Services,
  request: IncomingMessage,
  url: URL,
): Promise<Content> {
  const { read, archives, storage, log } = services;
  const job = await findJob(services, request, url);
  const [files = []] = job?.state === 'COMPLETED' ? await read.files([job.id], 'output') : [];
  if (!job || job.hiddenAt || files.length === 0 || files.some(({ removedAt }) => removedAt !== null))
    throw new AppError('NOT_FOUND', 'There are no such results, or they have expired.');
  await assertStored(files, storage, log);
  const facts = files.map(({ name, sha256 }) => [name, sha256]);
  return {
    ...archives.of(files, new Date(job.createdAt)),
    etag: `"${hash('sha256', JSON.stringify([job.createdAt, facts]))}"`,
    headers: {
      'content-type': 'application/zip',
      'content-disposition': disposition(archiveName(job.name)),
      'cache-control': 'private, max-age=0, must-revalidate',
    },
  };
}

async function findJob(services: Services, request: IncomingMessage, url: URL): Promise<JobRow | undefined> {
  const id = parseId('job', url.pathname.split('/')[2] ?? '');
  if (!id) return undefined;
  const { links, read } = services;
  if (links.verifyArchive(id, url.searchParams)) return (await read.snapshots([{ id, after: 0 }]))[0]?.job;
  if (url.searchParams.has('signature')) return undefined;
  return read.find(await requireViewer(services, request), id);
}
