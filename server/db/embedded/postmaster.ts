import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { dirname } from 'node:path';
import type { Logger } from '../../log.ts';
import type { Account } from './account.ts';
import { type Cluster, dataPath, environment } from './cluster.ts';
import { explain } from './trouble.ts';

/** A running Postgres: the process all its other processes come from. */
export interface Postmaster {
  /** Resolves to its exit code or signal. */
  exited: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
  /** Disconnects everyone, checkpoints, ends; at once where it has ended already. */
  stop(): Promise<void>;
}

/** Starts Postgres on a cluster and waits until it takes connections (after a crash: until it has recovered). */
export async function launchPostmaster(options: {
  cluster: Cluster;
  binary: string;
  account: Account | undefined;
  port: number;
  /** A descriptor that Postgres keeps open, and all its processes with it. */
  lock: number;
  log: Logger;
}): Promise<Postmaster> {
  const { cluster, account, log } = options;
  const settings = { ...fixedSettings, port: options.port };
  const child = spawn(
    options.binary,
    [
      '-D',
      dataPath(cluster.folder, account),
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ],
    // A session of its own: Ctrl-C reaches only us, and Postgres is stopped when everything that uses it has drained.
    {
      cwd: cluster.folder,
      env: environment,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', options.lock],
      windowsHide: true,
      ...account,
    },
  );
  const exited = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | string);
  const said: string[] = [];
  const ready = Promise.withResolvers<void>();

  createInterface(child.stderr!).on('line', (line) => {
    writeLine(log, line);
    if (said.length < 100) said.push(line);
    if (line.includes('database system is ready to accept connections')) ready.resolve();
  });
  // The pipe ends after its last line and with the process, or else with the last of its children.
  child.once('close', () =>
    ready.reject(Object.assign(new Error('It ended at once.'), { stderr: said.join('\n') })),
  );
  exited.catch(ready.reject);
  try {
    await ready.promise;
  } catch (error) {
    throw explain('Postgres could not start', error, dirname(cluster.folder));
  }

  return {
    exited,
    kill: (signal) => void child.kill(signal),
    async stop() {
      // Fast shutdown, then immediate: the latter ends like a crash, from which the next start recovers.
      child.kill('SIGINT');
      const impatience = setTimeout(() => child.kill('SIGQUIT'), 10_000);
      await exited;
      clearTimeout(impatience);
    },
  };
}

const fixedSettings = {
  listen_addresses: '127.0.0.1',
  // Sockets would lie in /tmp, where paths collide and cleaners pass.
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '64MB',
  // Its three processes help where reads wait for a disk; this database is small.
  io_method: 'sync',
  timezone: 'UTC',
  log_line_prefix: '',
  lc_messages: 'C',
};

/** Postgres calls each refused or ended connection FATAL, and our own code tells of the statements that failed. */
function writeLine(log: Logger, line: string) {
  if (line.startsWith('PANIC:')) log.error(line);
  else if (line.startsWith('WARNING:')) log.warn(line);
  else log.debug(line);
}
