import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, type FileHandle, open, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { explain } from './trouble.ts';

export interface FileLock {
  /** To be handed to a child that shall hold the lock too. */
  fd: number;
  /** Lets go of it here; children that were given `fd` hold it until they end. */
  release(): Promise<void>;
}

/**
 * Locks a file, which is made where there is none and stays. The kernel keeps the lock (flock) with the open file:
 * - It is as wide as the file: processes in other containers meet it, on network file systems also those on other
 *   machines, except where the mount keeps locks to itself (`nolock`) or each container has a kernel of its own.
 * - It ends with the last process that has the file open, however that ends. Nothing is left that would have to be
 *   doubted, as a process id is after a reboot or in another container, or a heartbeat that is late.
 * - A process that is stopped or swapped out keeps it. So nobody wakes up to find that it was taken over.
 * - Of two that ask at the same instant the kernel gives it to one.
 * A holder may be about to stop: it is waited for.
 * @param options.refusal what to say when it has not let go in time; `holder` reads `process 12 on web-1`
 * @throws Error of that message
 */
export async function lockFile(
  path: string,
  options: { patienceMs: number; onWait(holder: string): void; refusal(holder: string): string },
): Promise<FileLock> {
  const patience = AbortSignal.timeout(options.patienceMs);
  for (let attempt = 1; ; attempt++) {
    const file = await openLocked(path);
    if (file) {
      await file.truncate();
      // On a full disk we go without a name.
      await file.write(`process ${process.pid} on ${hostname()}`, 0).catch(() => {});
      return { fd: file.fd, release: () => file.close() };
    }
    // Not to be read where the lock of Windows keeps readers out.
    const holder = (await readFile(path, 'utf8').catch(() => '')) || 'another process';
    if (patience.aborted) throw new Error(options.refusal(holder));
    if (attempt === 1) options.onWait(holder);
    await delay(100);
  }
}

/** The file, open and locked; undefined where somebody else holds the lock. */
async function openLocked(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDWR | constants.O_CREAT | lockAtOpen, 0o600);
    if (process.platform !== 'linux' || (await flock(file))) return file;
    await file.close();
    return undefined;
  } catch (error) {
    await file?.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EBUSY') return undefined;
    throw explain(`${path} cannot be locked`, error, dirname(path));
  }
}

/** Flags by which `open` locks (O_EXLOCK) and does not wait (O_NONBLOCK), or opens for itself alone. Linux has none. */
const lockAtOpen =
  process.platform === 'darwin'
    ? 0x20 | constants.O_NONBLOCK
    : process.platform === 'win32'
      ? 0x1000_0000
      : 0;

/** Node has no such call. The lock belongs to the open file, not to the program that asked for it. */
async function flock(file: FileHandle): Promise<boolean> {
  const child = spawn('flock', ['-x', '-n', '3'], { stdio: ['ignore', 'ignore', 'pipe', file.fd] });
  const [[code], said] = await Promise.all([once(child, 'close'), text(child.stderr!)]).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new Error('the program flock is missing. It comes with util-linux.', { cause: error });
    },
  );
  if (code > 1) throw new Error(said.trim());
  return code === 0;
}
