import { AppError } from '../errors.ts';
import type { Storage } from './storage.ts';

/** What of the disk is there for uploads: all that is free but a reserve, which is the database's and the running jobs'. */
export interface DiskSpace {
  /** Bytes that uploads may still take; below 0 where they have to stop. */
  spare(): Promise<number>;
  /** @throws AppError STORAGE_FULL where the reserve is touched */
  check(): Promise<void>;
}

/**
 * @param options.minFree bytes to keep free; without it 1 GB or two files of the largest size, but no more than a tenth
 * of a small disk, and enough for the database even there
 */
export function createDiskSpace(
  storage: Storage,
  { minFree, maxFileBytes }: { minFree: number | undefined; maxFileBytes: number },
): DiskSpace {
  async function spare() {
    const { free, total } = await storage.space();
    return free - (minFree ?? Math.max(leastReserve, Math.min(1e9, 2 * maxFileBytes, total / 10)));
  }

  return {
    spare,
    async check() {
      if ((await spare()) < 0) throw full();
    },
  };
}

/** Four segments of Postgres' log: what it recovers with after a crash. */
const leastReserve = 64_000_000;

export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

export function full(cause?: unknown): AppError {
  return new AppError(
    'STORAGE_FULL',
    'There is no room left on this server. Try again later, or tell its operator.',
    { cause },
  );
}
