import { constants, copyFile, link, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Longer than any job may take; what is older was left by a process that is gone. */
const staleMs = 3_600_000;

/** Where one slot works: it exists only while a job does. The child may read `in/` and write `out/`, nothing else. */
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
  /** Makes it, empty. */
  create(): Promise<void>;
  /** Puts a file into `in/`; returns its size in bytes. */
  take(path: string, target: string): Promise<number>;
  /** Empties `out/`. */
  clearOutput(): Promise<void>;
  /** Removes it with all that is in it. */
  remove(): Promise<void>;
}

export function slotFolder(path: string): SlotFolder {
  return {
    path,
    input: (index) => join(path, 'in', `${index}`),
    asset: (index) => join(path, 'in', `asset-${index}`),
    output: (index) => join(path, 'out', `${index}`),
    newRange: join(path, 'out', 'range'),
    storedRange: (index) => join(path, 'in', `range-${index}`),
    thumbnail: join(path, 'out', 'thumbnail'),
    async create() {
      await rm(path, { recursive: true, force: true });
      await mkdir(join(path, 'in'), { recursive: true, mode: 0o700 });
      await mkdir(join(path, 'out'), 0o700);
    },
    async take(from, target) {
      // The file itself: the permission model looks at a link's own path, so the child could follow it anywhere.
      const source = await realpath(from);
      await rm(target, { force: true });
      // Of another file system, or of one that has no hard links. Never onto what is there: that may be another's link.
      const { COPYFILE_EXCL, COPYFILE_FICLONE } = constants;
      await link(source, target).catch(() => copyFile(source, target, COPYFILE_EXCL | COPYFILE_FICLONE));
      return (await stat(target)).size;
    },
    async clearOutput() {
      for (const name of await readdir(join(path, 'out'))) await rm(join(path, 'out', name));
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Removes the folders of slots whose process was killed; they hold on to the bytes of their inputs. */
export async function removeStaleFolders(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleMs) await rm(path, { recursive: true, force: true });
  }
}
