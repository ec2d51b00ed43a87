import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { AppError } from '../errors.ts';
import { makeFolder } from '../folder.ts';
import { newId, publicId } from '../id.ts';
import type { Owner } from '../owner.ts';
import type { Files } from './files.ts';

/** Uploads that come in pieces, on this server's disk until they are whole. Their ids tell their owner. */
export interface PartialUploads {
  store: FileStore;
  newId(owner: Owner): string;
  isOwn(owner: Owner, id: string): boolean;
  /**
   * Hands an upload that is whole on to the files, once, and tells the public id of the file, then and later on;
   * undefined while bytes are missing.
   * @throws AppError as `Files.create`; the upload is gone then, but for RATE_LIMITED. NOT_FOUND
   */
  land(owner: Owner, id: string): Promise<{ fileId: string; bytes: number } | undefined>;
  /** Removes what nobody went on with for a day, and what is told of those that have landed. */
  expire(): Promise<void>;
}

export async function createPartialUploads(dataDir: string, files: Files): Promise<PartialUploads> {
  const directory = await makeFolder(join(dataDir, 'incoming-parts'));
  const store = new FileStore({ directory, expirationPeriodInMilliseconds: patienceMs });
  const landing = new Map<string, Promise<{ fileId: string; bytes: number } | undefined>>();

  async function handOn(owner: Owner, id: string) {
    const known = await store.configstore.get(id);
    if (!known) throw new AppError('NOT_FOUND', 'There is no such upload.');
    const bytes = known.size ?? 0;
    const landed = known.metadata?.[landedAs];
    if (landed) return { fileId: landed, bytes };
    const upload = await store.getUpload(id);
    if (upload.offset !== upload.size) return undefined;
    const path = join(directory, id);
    // Not tied to the request: whoever lost the answer asks again, and must find the file.
    const { signal } = new AbortController();
    try {
      const file = await files.adopt(owner, { name: known.metadata?.['filename'] ?? null, path, signal });
      const fileId = publicId('file', file.id);
      await remember(known, fileId);
      return { fileId, bytes };
    } catch (error) {
      // Not even looked at: a later HEAD tries again.
      if (error instanceof AppError && error.code === 'RATE_LIMITED') throw error;
      await writeFile(path, '');
      await store.remove(id);
      throw error;
    }
  }

  /** What stays is a note of where the bytes went, in the place where the store will expire it. */
  async function remember(upload: Note, fileId: string) {
    upload.metadata = { ...upload.metadata, [landedAs]: fileId };
    await writeFile(join(directory, upload.id), '');
    await store.configstore.set(upload.id, upload);
  }

  return {
    store,
    newId: (owner) => `${prefixOf(owner)}-${newId()}`,
    isOwn: (owner, id) => id.startsWith(`${prefixOf(owner)}-`),
    land(owner, id) {
      const running = landing.get(id) ?? handOn(owner, id).finally(() => landing.delete(id));
      landing.set(id, running);
      return running;
    },
    async expire() {
      await store.deleteExpired();
    },
  };
}

type Note = NonNullable<Awaited<ReturnType<FileStore['configstore']['get']>>>;

const patienceMs = 24 * 3_600_000;

/** In the metadata that the client gave; its own keys cannot hold an underscore at the start. */
const landedAs = '_file';

function prefixOf({ issuer, subject }: Owner): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('hex').slice(0, 24);
}
