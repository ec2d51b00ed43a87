import { mkdir, open, realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder in or below DATA_DIR where there is none; its real path. By default for nobody's eyes but ours: it holds
 * what users uploaded.
 * @throws Error that tells the operator what to do
 */
export async function makeFolder(path: string, mode = 0o700): Promise<string> {
  try {
    await makeMissing(path, mode);
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new Error(`DATA_DIR: the disk of ${path} is full. ${advice}`, { cause: error });
    throw new Error(
      `DATA_DIR cannot be used: ${(error as Error).message}. Set it to a folder this user can write.`,
      { cause: error },
    );
  }
}

/** @throws Error that tells the operator how much room there is in a folder, and how much is needed */
export async function requireRoom(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const [has, needs] = [Math.floor(free / 1e6), Math.ceil(bytes / 1e6)];
  throw new Error(
    `DATA_DIR: the disk of ${path} is full: ${has} MB are free, ${needs} MB are needed to start. ${advice}`,
  );
}

/** A rename is durable with its folder. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === 'win32') return;
  await using handle = await open(path);
  await handle.sync();
}

/** As mkdir's own `recursive`, which never ends below a folder that lets nobody make one, as /proc. */
async function makeMissing(path: string, mode: number): Promise<void> {
  if (await isFolder(path)) return;
  await makeMissing(dirname(path), mode);
  await mkdir(path, mode).catch(async (error: unknown) => {
    // Another process may have been as quick.
    if (!(await isFolder(path))) throw error;
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

const advice = 'Free some space on it, or move the folder to a larger disk and set DATA_DIR to it.';
