import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FileRow } from '../db/tables.ts';
import { AppError, isRetryable } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Slots } from '../pdf/slot/slots.ts';
import type { Storage } from './storage.ts';
import { assertStored } from './stored.ts';

/** Small WebP images of files: made when they are first asked for, kept beside the file, gone with it. */
export interface Thumbnails {
  /** Whether it is a file that could have one. */
  has(file: FileRow): boolean;
  /** @throws AppError NOT_FOUND where none can be made; FILE_LOST, RATE_LIMITED */
  of(file: FileRow): Promise<Buffer>;
}

/** What a file's key and its thumbnail's differ by. */
export const thumbnailSuffix = '-thumbnail';

export function thumbnailKey(storageKey: string): string {
  return storageKey + thumbnailSuffix;
}

export function createThumbnails(storage: Storage, slots: Slots, log: Logger): Thumbnails {
  const inTheMaking = new Map<string, Promise<Buffer>>();

  async function readOrMake(file: FileRow): Promise<Buffer> {
    const { storageKey } = file;
    const key = thumbnailKey(storageKey);
    const kept = await read(key);
    if (kept) return kept;
    await assertStored([file], storage, log);
    const { signal } = new AbortController();
    try {
      await slots.use(
        signal,
        async (slot) => storage.adopt(key, await slot.thumbnail(storage.path(storageKey))),
        file,
      );
    } catch (error) {
      // Never looked at, where too many wait.
      if (!(error instanceof AppError) || error.code === 'RATE_LIMITED') throw error;
      // An empty one: the file is to blame, and will be the next time too.
      if (!isRetryable(error.code)) await storage.write(key, Readable.from([]), new PassThrough(), signal);
      return Buffer.alloc(0);
    }
    return (await read(key)) ?? Buffer.alloc(0);
  }

  async function read(key: string): Promise<Buffer | undefined> {
    try {
      return await buffer(await storage.read(key, { start: 0, end: Infinity }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  return {
    has,
    async of(file) {
      if (!has(file)) throw none();
      let making = inTheMaking.get(file.id);
      if (!making) {
        making = readOrMake(file).finally(() => inTheMaking.delete(file.id));
        inTheMaking.set(file.id, making);
      }
      const bytes = await making;
      if (bytes.length === 0) throw none();
      return bytes;
    },
  };
}

function has({ mediaType }: FileRow): boolean {
  return ['application/pdf', 'image/png', 'image/jpeg'].includes(mediaType);
}

function none(): AppError {
  return new AppError('NOT_FOUND', 'There is no thumbnail of this file.');
}
