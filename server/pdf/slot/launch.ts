import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { mostBytes } from './room.ts';

const MB = 2 ** 20;
const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Node reserves 512 MB for compiled code, writable, so that it counts as data without being memory; and some threads. */
const reservedByNode = 576 * MB;

/**
 * Starts a slot's child process in its sandbox: its own session, an empty environment, the right to read the code, the
 * folder's `in/` and to write its `out/`, and nothing else (no network, processes, threads).
 * @param may.wall bytes of memory it can have
 * @param may.addons load native code, which Node's permissions do not bind: for the steps that cannot do without
 */
export function launchSlot(
  entry: URL,
  folder: string,
  { wall, addons }: { wall: number; addons: boolean },
): ChildProcessByStdio<Writable, Readable, Readable> {
  const file = fileURLToPath(entry);
  const flags = [
    '--permission',
    // SQLite opens what it likes: the permission model does not know of it.
    '--no-experimental-sqlite',
    '--no-experimental-ffi',
    ...(addons ? ['--allow-addons'] : []),
    ...[join(root, 'node_modules/*'), join(root, 'server/*'), join(root, 'package.json'), file].map(
      (path) => `--allow-fs-read=${path}`,
    ),
    // With the `/*`: the folders do not exist yet, and only of an existing one Node knows that all in it is meant.
    `--allow-fs-read=${join(folder, 'in/*')}`,
    `--allow-fs-write=${join(folder, 'out/*')}`,
    // Only the V8 heap: makes it collect before it reaches the wall. Buffers and wasm live outside it.
    `--max-old-space-size=${Math.floor(wall / 2 / MB)}`,
  ];
  const [execPath, ...args] = [...guards(wall), process.execPath];
  return spawn(execPath, [...args, ...flags, file, folder], {
    env: {},
    // Ctrl-C goes to every process of a terminal's session; the slots are for the worker to end.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Linux: the kernel bounds its memory, and ends it with its parent even while it computes. Both exec, so the pid stays. */
function guards(wall: number): string[] {
  const guard: string[] = [];
  if (existsSync('/usr/bin/prlimit'))
    guard.push('/usr/bin/prlimit', `--data=${wall + reservedByNode}`, `--fsize=${mostBytes}`, '--core=0');
  if (existsSync('/usr/bin/setpriv')) guard.push('/usr/bin/setpriv', '--no-new-privs', '--pdeathsig', 'KILL');
  return guard;
}
