import { setTimeout as delay } from 'node:timers/promises';
import { type Role, startRole } from './process.ts';

/** A process that is started again when it ends, as an operator's supervisor does. */
export interface Service {
  /** To the process that runs now, or to the next one. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Ends it in order, and waits for its successor. */
  restart(): Promise<void>;
  /** How often it has ended without a signal of ours. */
  readonly crashes: number;
  /** Of the process that runs now. */
  readonly pid: number;
  close(): Promise<void>;
}

/** Resolves when it is ready for the first time. */
export async function startService(env: NodeJS.ProcessEnv): Promise<Service> {
  let closing = false;
  let ordered = false;
  let crashes = 0;
  let role = await startRole(env);
  let next = Promise.withResolvers<void>();
  const supervised = supervise();

  async function supervise() {
    for (;;) {
      await role.exited;
      if (closing) return;
      if (!ordered) crashes++;
      ordered = false;
      role = await untilStarted();
      next.resolve();
      next = Promise.withResolvers();
    }
  }

  async function untilStarted(): Promise<Role> {
    for (;;)
      try {
        await delay(200);
        return await startRole(env);
      } catch {
        // Its database is away.
      }
  }

  const runs = () => role.process.exitCode === null && role.process.signalCode === null;
  async function signal(name: NodeJS.Signals) {
    if (!runs()) await next.promise;
    ordered ||= name === 'SIGKILL' || name === 'SIGTERM';
    role.process.kill(name);
  }

  return {
    get crashes() {
      return crashes;
    },
    get pid() {
      return role.process.pid!;
    },
    signal,
    async restart() {
      await signal('SIGTERM');
      await next.promise;
    },
    async close() {
      if (!runs()) await next.promise;
      closing = true;
      // It may stand still.
      role.process.kill('SIGCONT');
      await role.stop('SIGTERM');
      await supervised;
    },
  };
}
