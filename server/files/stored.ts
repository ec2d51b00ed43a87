import type { FileRow } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Storage } from './storage.ts';

/**
 * Makes sure that the bytes of files are where their rows say, all of them and readable. The log names the key of one
 * that is lost: only the operator can mend that.
 * @throws AppError FILE_LOST
 */
export async function assertStored(files: readonly FileRow[], storage: Storage, log: Logger): Promise<void> {
  for (const { storageKey: key, name, bytes } of files)
    try {
      const found = await storage.size(key);
      if (found !== bytes) throw new Error(`has ${found} bytes instead of ${bytes}`);
    } catch (error) {
      if (hasNoRoom(error)) throw error;
      // Nothing is lost where all of it is away, as a disk that is not mounted.
      await storage.check();
      log.error({ err: error, key }, 'a stored file is lost');
      throw new AppError(
        'FILE_LOST',
        `${name} is lost: this server cannot read it any more. Upload it again, and tell the operator.`,
        { cause: error },
      );
    }
}

/** The process, or the machine, has no file handle left for the moment. */
function hasNoRoom(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
}
