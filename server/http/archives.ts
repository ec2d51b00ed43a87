import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import type { FileRow, JobRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { parseId } from '../id.ts';
import { createZip } from '../pdf/write/zip.ts';
import type { Services } from '../services.ts';
import { disposition } from './downloads.ts';
import { requireViewer } from './identity.ts';

/** `GET /jobs/:id/archive` with a bearer token or a signed link: all results as one ZIP, made as it is read. */
export async function sendArchive(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) {
  const job = await findJob(services, request, url);
  const [files = []] = job?.state === 'COMPLETED' ? await services.read.files([job.id], 'output') : [];
  if (!job || job.hiddenAt || files.length === 0 || files.some(({ removedAt }) => removedAt !== null))
    throw new AppError('NOT_FOUND', 'There are no such results, or they have expired.');
  response.writeHead(200, {
    'content-type': 'application/zip',
    'content-disposition': disposition(`${job.name.replace(/\.[^.]*$/, '')}.zip`),
    'cache-control': 'private, no-store',
  });
  if (request.method === 'HEAD') return void response.end();
  await write(services, files, job.createdAt, response).catch((error: Error) => {
    services.log.debug({ err: error }, 'archive ended early');
    // Not by an end, which would make it look whole.
    response.destroy();
  });
}

async function findJob(services: Services, request: IncomingMessage, url: URL): Promise<JobRow | undefined> {
  const id = parseId('job', url.pathname.split('/')[2] ?? '');
  if (!id) return undefined;
  const { links, read } = services;
  if (links.verifyArchive(id, url.searchParams)) return (await read.snapshots([{ id, after: 0 }]))[0]?.job;
  if (url.searchParams.has('signature')) return undefined;
  return read.find(await requireViewer(services, request), id);
}

async function write(
  { storage }: Services,
  files: readonly FileRow[],
  date: string,
  response: ServerResponse,
): Promise<void> {
  const bytesOf = (file: FileRow) => storage.read(file.storageKey, { start: 0, end: file.bytes - 1 });
  const zip = createZip(
    {
      copySource: () => Promise.reject(new Error('an archive has no source')),
      async write(chunk) {
        if (response.destroyed) throw new Error('nobody reads it any more');
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      },
      end: async () => void response.end(),
    },
    date,
  );
  for (const file of files) {
    // Twice through the file: the checksum stands before the data, or old programs cannot unpack it.
    let checksum = 0;
    for await (const chunk of bytesOf(file)) checksum = crc32(chunk as Buffer, checksum);
    await zip.addStream(file.name, { bytes: file.bytes, checksum }, bytesOf(file));
  }
  await zip.end();
}
