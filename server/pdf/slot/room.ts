import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** What one job may have written at a time, in bytes; no single file can grow past it either. */
export const mostBytes = 4 * 2 ** 30;
/** Twice as many as a job can have results. */
const mostFiles = 50_000;

/** Whether a slot's folder holds more than a job may write. What is removed meanwhile counts nothing. */
export async function isOverfull(folder: string): Promise<boolean> {
  const found = await readdir(join(folder, 'out'), { recursive: true, withFileTypes: true }).catch(() => []);
  if (found.length > mostFiles) return true;
  let bytes = 0;
  for (const { parentPath, name } of found) {
    bytes += (await lstat(join(parentPath, name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes > mostBytes;
}

/** Whether the last of the disk is reached, without which the database on it would panic. */
export async function isDiskLow(folder: string): Promise<boolean> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < leastFree;
}

/** Half of what uploads leave even on the smallest disk. */
const leastFree = 32_000_000;
