import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';

const MB = 2 ** 20;
const smallestWall = 768 * MB;
/** Where the machine runs out first, the kernel would kill whom it likes. Asked once, for that reads files. */
const machine = process.constrainedMemory() || totalmem();

/**
 * What a slot may have resident, in bytes, for a job: above the measured peak of every large real document.
 * @param extra for what is not proportional to the document, such as bitmaps of its pages
 */
export function memoryBudget(bytes: number, objects: number, extra = 0): number {
  return Math.min(300 * MB + extra + 2 * bytes + 8 * 1024 * objects, 0.75 * machine);
}

/** The size class of slot that a budget needs: a power of two times 768 MB, in bytes. */
export function wallFor(budget: number): number {
  let wall = smallestWall;
  while (wall < budget) wall *= 2;
  return wall;
}

/** Resident memory of a process in bytes; undefined where it is gone or there is no way to know. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    if (process.platform === 'linux') {
      // At once: it is no disk's, and five trips through the thread pool would cost more than the kernel's answer.
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      const resident = /VmRSS:\s+(\d+) kB/.exec(status)?.[1];
      return resident === undefined ? undefined : Number(resident) * 1024;
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', `${pid}`]);
    return Number(stdout) * 1024;
  } catch {
    return undefined;
  }
}
