import { readFile } from 'node:fs/promises';

/** Processor time that a process has used, in milliseconds. */
export interface CpuTime {
  own: number;
  /** Of the processes below it, those that have ended too. */
  below: number;
}

/** As the kernel has counted it, in steps of 10 ms. Linux; zero elsewhere. */
export async function cpuTime(pid: number): Promise<CpuTime> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name before them may have spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [own = 0, ended = 0] = [fields.slice(11, 13), fields.slice(13, 15)].map(
    (ticks) => ticks.reduce((sum, tick) => sum + Number(tick), 0) * 10,
  );
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  const used = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map((child) => cpuTime(Number(child))),
  );
  return { own, below: used.reduce((sum, child) => sum + child.own + child.below, ended) };
}
