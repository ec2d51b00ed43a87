import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Role extends AsyncDisposable {
  process: ChildProcess;
  /** The line by which it said that it is ready. */
  ready: string;
  /** Resolves when it has ended, whoever ended it. */
  exited: Promise<unknown>;
  /** Ends it with this signal and waits for that; the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** A role in a process of its own, as an operator starts it; resolves when it says that it is ready. */
export async function startRole(env: NodeJS.ProcessEnv, entry = 'server/main.ts'): Promise<Role> {
  const child = spawn(process.execPath, ['--import', './server/preflight.js', entry], {
    cwd: new URL('../..', import.meta.url),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const stop = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await exited)[0];
  };
  const lines = createInterface({ input: child.stdout });
  const said = (async () => {
    for await (const line of lines) if (/ready/.test(line)) return line;
    throw new Error('the process ended before it was ready');
  })();
  const ready = await said;
  child.stdout.resume();
  return {
    process: child,
    ready,
    exited,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')),
  };
}

/** Whether there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
