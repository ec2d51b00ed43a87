import {
  constants,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  realpath,
  rm,
  stat,
  unlink,
} from 'node:fs/promises';
import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** Whoever works in one touches it every few seconds; what is older was left by a process that is gone. */
const staleMs = 3_600_000;

/** Where one slot works; empty between jobs. The child may read `in/` and write `out/`, nothing else. */
export interface SlotFolder {
  path: string;
  input(index: number): string;
  asset(index: number): string;
  output(index: number): string;
  /** Where the child leaves what came of a range, if it is more than little, until the host has taken it. */
  newRange: string;
  /** Where it finds that of the n-th range again. */
  storedRange(index: number): string;
  /** Where it leaves a thumbnail. */
  thumbnail: string;
  /** Makes it, where it is not there. At once: a child is started in it. */
  make(): void;
  /** Keeps {@link removeStaleFolders} from it. */
  touch(): void;
  /** Puts a file into `in/`; returns its size in bytes. */
  take(path: string, target: string): Promise<number>;
  /** Empties `out/`. */
  clearOutput(): Promise<void>;
  /** Empties it. */
  clear(): Promise<void>;
  /** Removes it with all that is in it. */
  remove(): Promise<void>;
}

export function slotFolder(path: string): SlotFolder {
  const [inputs, outputs] = [join(path, 'in'), join(path, 'out')];
  return {
    path,
    input: (index) => join(inputs, `${index}`),
    asset: (index) => join(inputs, `asset-${index}`),
    output: (index) => join(outputs, `${index}`),
    newRange: join(outputs, 'range'),
    storedRange: (index) => join(inputs, `range-${index}`),
    thumbnail: join(outputs, 'thumbnail'),
    make() {
      for (const folder of [inputs, outputs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    },
    touch() {
      try {
        utimesSync(inputs, new Date(), new Date());
      } catch {
        // It is not made yet.
      }
    },
    take,
    clearOutput: () => clear(outputs),
    async clear() {
      for (const folder of [inputs, outputs]) await clear(folder);
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function take(from: string, target: string): Promise<number> {
  await place(from, target);
  const placed = await lstat(target);
  // The file itself: the permission model looks at a link's own path, so the child could follow it anywhere.
  return placed.isSymbolicLink() ? take(await realpath(from), target) : placed.size;
}

/** Never onto what is there: that may be another's link. */
async function place(from: string, target: string): Promise<void> {
  try {
    await link(from, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      await unlink(target);
      return place(from, target);
    }
    // Of another file system, or of one that has no hard links.
    await copyFile(from, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Nearly always a file: to ask first would cost as much again.
    await unlink(path).catch(() => rm(path, { recursive: true, force: true, maxRetries: 3 }));
  }
}

/** Removes the folders of slots whose process was killed; they hold on to the bytes of their inputs. */
export async function removeStaleFolders(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    const found = await stat(join(path, 'in'))
      .catch(() => stat(path))
      .catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleMs) await rm(path, { recursive: true, force: true });
  }
}
