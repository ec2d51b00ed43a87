import { type FileHandle, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Metadata } from '@tus/server';
import type { FileRow, UploadRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { makeFolder } from '../folder.ts';
import type { Claimant, Owner } from '../owner.ts';
import { full, isDiskFull } from './disk-space.ts';
import type { Files } from './files.ts';
import type { UnfinishedUploads } from './unfinished-uploads.ts';
import type { Hold, UploadHolds } from './upload-holds.ts';

/** Uploads that come in pieces: their bytes lie in the folder that all web processes share until they are whole. */
export interface PartialUploads {
  /** @param metadata `Upload-Metadata` as it came @throws AppError as `UnfinishedUploads.begin` */
  begin(owner: Owner, upload: { id: string; length: number; metadata: string | undefined }): Promise<void>;
  find(owner: Owner, id: string): Promise<UploadRow | undefined>;
  hold: UploadHolds['take'];
  /**
   * Writes bytes from `offset` on; where they end then. What came before an error stays.
   * @throws AppError STORAGE_FULL; what filled the disk is gone then
   */
  append(hold: Hold, offset: number, bytes: Readable): Promise<number>;
  /**
   * Makes a file of an upload that is whole, once, in whichever process; undefined while bytes are missing.
   * @throws AppError as `Files.adopt`; the upload is gone then, but for RATE_LIMITED and STORAGE_FULL. NOT_FOUND
   */
  land(owner: Claimant, id: string): Promise<FileRow | undefined>;
  remove(id: string): Promise<void>;
  /** Removes what nobody went on with. */
  expire(): Promise<void>;
  /** How long an upload waits for its next bytes. */
  readonly patienceMs: number;
}

export async function createPartialUploads(options: {
  dataDir: string;
  files: Files;
  unfinished: UnfinishedUploads;
  holds: UploadHolds;
  patienceHours: number;
}): Promise<PartialUploads> {
  const { files, unfinished, holds, patienceHours } = options;
  const directory = await makeFolder(join(options.dataDir, 'incoming-parts'));
  const pathOf = (id: string) => join(directory, id);
  const patienceMs = patienceHours * 3_600_000;

  async function remove(id: string) {
    await unfinished.remove(id);
    await rm(pathOf(id), { force: true });
  }

  async function openPart(id: string): Promise<FileHandle> {
    return open(pathOf(id), 'r+').catch((error: NodeJS.ErrnoException) => lose(id, error));
  }

  /** Of a part that is gone from the folder nothing is left to go on with. */
  async function lose(id: string, error: NodeJS.ErrnoException): Promise<never> {
    if (error.code !== 'ENOENT') throw error;
    await unfinished.remove(id);
    throw noUpload();
  }

  async function makeFile(owner: Claimant, upload: UploadRow, hold: Hold): Promise<FileRow> {
    const { id, metadata } = upload;
    const name = metadata ? (Metadata.parse(metadata)['filename'] ?? null) : null;
    try {
      return await files.adopt(owner, { id, name, path: pathOf(id), signal: hold.lost });
    } catch (error) {
      // Where it is only not the time for it all bytes stay, and the next request tries again.
      const isLater = error instanceof AppError && ['RATE_LIMITED', 'STORAGE_FULL'].includes(error.code);
      if (error instanceof AppError && !isLater) await remove(id);
      return lose(id, error as NodeJS.ErrnoException);
    }
  }

  return {
    patienceMs,
    remove,
    find: unfinished.find,
    hold: holds.take,

    async begin(owner, upload) {
      await unfinished.begin(owner, upload);
      await writeFile(pathOf(upload.id), '', { flag: 'wx', mode: 0o600 }).catch(async (error: unknown) => {
        await remove(upload.id);
        throw isDiskFull(error) ? full(error) : error;
      });
    },

    async append(hold, offset, bytes) {
      await unfinished.goOn(hold.id);
      const part = await openPart(hold.id);
      let end = offset;
      let durable = offset;
      /** The table is told only what would outlive a power cut. */
      const secure = async () => {
        const written = end;
        if (written > durable) await part.datasync();
        durable = written;
      };
      hold.received = () => durable;
      try {
        const stop = repeat(secure);
        try {
          for await (const chunk of unfinished.meter(hold.id, Infinity, bytes)) {
            hold.lost.throwIfAborted();
            for (let done = 0; done < chunk.length;) {
              const { bytesWritten } = await part.write(chunk, done, chunk.length - done, end);
              done += bytesWritten;
              end += bytesWritten;
            }
          }
        } finally {
          await stop();
        }
        return end;
      } catch (error) {
        const isFull = isDiskFull(error) || (error instanceof AppError && error.code === 'STORAGE_FULL');
        if (!isFull) throw error;
        await remove(hold.id);
        throw full(error);
      } finally {
        await part.close();
      }
    },

    async land(owner, id) {
      const upload = await unfinished.find(owner, id);
      if (upload && upload.received < upload.length) return undefined;
      // Whoever is at it is waited for, and may have made the file, or refused it.
      const hold = upload && (await holds.take(owner, id));
      try {
        const file = await files.find(owner, id);
        if (file) return file;
        if (!hold) throw noUpload();
        return await makeFile(owner, upload, hold);
      } finally {
        await hold?.release();
      }
    },

    async expire() {
      for (const id of await unfinished.removeStale(patienceHours)) await rm(pathOf(id), { force: true });
      // Of a process that was killed in between; what is older than any upload may be needs no look at the table.
      for (const name of await readdir(directory)) {
        const { mtimeMs } = await stat(pathOf(name)).catch(() => ({ mtimeMs: Infinity }));
        if (mtimeMs < Date.now() - patienceMs) await rm(pathOf(name), { force: true });
      }
    },
  };
}

/** Does it every second, one at a time, and once more when it is stopped, which fails as the last one does. */
function repeat(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    last = work().finally(() => (running = false));
    // It is done again.
    last.catch(() => {});
  }, 1_000);
  return async () => {
    clearInterval(timer);
    await last.catch(() => {});
    await work();
  };
}

export function noUpload(): AppError {
  return new AppError('NOT_FOUND', 'There is no such upload.');
}
