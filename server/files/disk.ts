import { createWriteStream } from 'node:fs';
import {
  access,
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder, syncFolder } from '../folder.ts';
import { newId } from '../id.ts';
import type { Storage } from './storage.ts';

/** Storage in a folder. A file is written beside its place and renamed, so that a key is whole or not there. */
export async function createDiskStorage(folder: string): Promise<Storage> {
  const root = await makeFolder(join(folder, 'files'));
  const incoming = await makeFolder(join(folder, 'incoming'));
  const mark = join(folder, 'installation');
  const path = (key: string) => join(root, ...key.split('/'));

  async function place(temporary: string, key: string) {
    {
      // Never what a slot that has been taken over would have it lead to.
      await using handle = await open(temporary, constants.O_RDWR | constants.O_NOFOLLOW);
      // Whoever made it left that to the umask.
      await handle.chmod(0o600);
      await handle.sync();
    }
    await mkdir(dirname(path(key)), { recursive: true, mode: 0o700 });
    await rename(temporary, path(key));
  }

  return {
    path,
    async write(key, bytes, through, signal) {
      const temporary = join(incoming, newId());
      try {
        await pipeline(bytes, through, createWriteStream(temporary, { flags: 'wx', mode: 0o600 }), {
          signal,
        });
        await place(temporary, key);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async adopt(key, from) {
      const temporary = join(incoming, newId());
      try {
        await rename(from, temporary).catch(async (error: NodeJS.ErrnoException) => {
          // Scratch space on another device.
          if (error.code !== 'EXDEV') throw error;
          await copyFile(from, temporary);
          await rm(from);
        });
        await place(temporary, key);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    read: async (key, range) => (await open(path(key))).createReadStream(range),
    async size(key) {
      // Opened, not only looked at: what may not be read is of no use.
      await using file = await open(path(key));
      return (await file.stat()).size;
    },
    async remove(key) {
      await rm(path(key), { force: true });
      // A job's folders go with its last file.
      for (let empty = dirname(path(key)); dirname(empty) !== root; empty = dirname(empty))
        if (
          !(await rmdir(empty).then(
            () => true,
            () => false,
          ))
        )
          break;
    },
    async *list() {
      for await (const { file, writtenAt } of filesBelow(root))
        yield { key: relative(root, file).split(sep).join('/'), writtenAt };
    },
    async removeUnfinished(before) {
      for await (const { file, writtenAt } of filesBelow(incoming))
        if (writtenAt < before) await rm(file, { force: true });
    },
    async installation() {
      try {
        return (await readFile(mark, 'utf8')).trim();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async mark(installation) {
      const temporary = join(incoming, newId());
      await writeFile(temporary, `${installation}\n`, { mode: 0o600, flush: true });
      await rename(temporary, mark);
      // The database never forgets; a mark that is lost would keep the next start out.
      await syncFolder(folder);
    },
    async space() {
      const { bavail, blocks, bsize } = await statfs(root);
      return { free: bavail * bsize, total: blocks * bsize };
    },
    check: () => access(root, constants.R_OK | constants.W_OK),
  };
}

async function* filesBelow(folder: string): AsyncIterable<{ file: string; writtenAt: Date }> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    // Gone meanwhile.
    const info = await stat(file).catch(() => undefined);
    if (info) yield { file, writtenAt: info.mtime };
  }
}
