import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** The peak memory of a process's children, watched from outside. Linux. */
export interface MemoryWatch {
  /** The highest resident memory of any child since the last time, in bytes. */
  peak(): Promise<number>;
  stop(): Promise<void>;
}

export function watchChildren(): MemoryWatch {
  let peak = 0;
  let running = true;
  const look = async () => {
    for (const pid of await children()) peak = Math.max(peak, await highWater(pid));
  };
  const watching = (async () => {
    while (running) {
      await look();
      await delay(25);
    }
  })();
  return {
    async peak() {
      await look();
      const found = peak;
      // The kernel counts anew.
      for (const pid of await children()) await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {});
      peak = 0;
      return found;
    },
    async stop() {
      running = false;
      await watching;
    },
  };
}

/** Of a process, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  return figure(String(pid), 'VmRSS');
}

/** And theirs: some tools are started by a script. */
async function children(pid = String(process.pid)): Promise<string[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const own = list.split(' ').filter(Boolean);
  return [...own, ...(await Promise.all(own.map(children))).flat()];
}

/** The kernel's own record: nothing is missed between two looks. */
const highWater = (pid: string) => figure(pid, 'VmHWM');

async function figure(pid: string, name: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
}
