import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from '../../log.ts';

/**
 * Postgres outlives us when we are killed. It is stopped rather than adopted, as we would not learn of its end.
 * Call with the lock of the Octavo that runs here held: then whoever runs on the folder is an orphan.
 */
export async function stopOrphan(folder: string, log: Logger): Promise<void> {
  const [line] = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(line);
  // After a reboot, or from another container, the number can be anybody's.
  if (!pid || !isAlive(pid) || !(await runsIn(pid, folder))) return;

  log.warn({ pid }, 'stopping the Postgres of an Octavo that was killed');
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 10) {
      if (!isAlive(pid) || !(await runsIn(pid, folder))) return;
      await delay(10);
    }
  }
  throw new Error(
    `Process ${pid} holds the database in ${folder} and does not end. End it, then start Octavo again.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process that has ended but that nobody waits for (containers often lack an init) is alive to `kill`, but nowhere. */
async function runsIn(pid: number, folder: string): Promise<boolean> {
  if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes(folder);
}
