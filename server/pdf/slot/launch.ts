import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { mostBytes } from './room.ts';
import { firstOf, type SecondWall, workerOf } from './second-wall.ts';

const MB = 2 ** 20;
const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Node reserves 512 MB for compiled code, writable, so that it counts as data without being memory; and some threads. */
const reservedByNode = 576 * MB;

/** After the standard three. */
const infoPipe = 3;

/** A slot's process, seen from outside. */
export interface Launched {
  /** Its ends, and how it ends. */
  process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Of what does the work; undefined until it runs. */
  pid(): number | undefined;
  kill(): void;
}

/**
 * Starts a slot's child process in its sandbox: its own session, an empty environment, the right to read the code, the
 * folder's `in/` and to write its `out/`, and nothing else (no network, processes, threads). Both folders are there.
 * @param may.wall bytes of memory it can have
 * @param may.addons load native code, which Node's permissions do not bind: for the steps that cannot do without
 */
export function launchSlot(
  entry: URL,
  folder: string,
  second: SecondWall,
  { wall, addons }: { wall: number; addons: boolean },
): Launched {
  const file = fileURLToPath(entry);
  const code = [join(root, 'node_modules'), join(root, 'server'), join(root, 'package.json'), file];
  const [inputs, outputs] = [join(folder, 'in'), join(folder, 'out')];
  const flags = [
    '--permission',
    // SQLite opens what it likes: the permission model does not know of it.
    '--no-experimental-sqlite',
    '--no-experimental-ffi',
    ...(addons ? ['--allow-addons'] : []),
    ...[...code, inputs].map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${outputs}`,
    // Only the V8 heap: makes it collect before it reaches the wall. Buffers and wasm live outside it.
    `--max-old-space-size=${Math.floor(wall / 2 / MB)}`,
  ];
  const reach = { readable: [...code, process.execPath, inputs], writable: outputs };
  const around = second.around(reach, infoPipe);
  const [execPath, ...args] = [...guards(wall, around), process.execPath];
  const child = spawn(execPath, [...args, ...flags, file, folder], {
    env: {},
    // Ctrl-C goes to every process of a terminal's session; the slots are for the worker to end.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', ...(around.length > 0 ? ['pipe' as const] : [])],
  }) as ChildProcessByStdio<Writable, Readable, Readable>;
  return around.length > 0
    ? behindWall(child)
    : { process: child, pid: () => child.pid, kill: () => child.kill('SIGKILL') };
}

/** The process that was started stays outside, and waits for those within. */
function behindWall(child: ChildProcessByStdio<Writable, Readable, Readable>): Launched {
  /** With it all others within end. */
  let first: number | undefined;
  let killed = false;
  let said = '';
  const info = child.stdio[infoPipe] as Readable;
  info.on('error', () => {});
  info.on('data', (text: Buffer) => {
    said += text.toString('latin1');
    first ??= firstOf(said);
    if (killed) kill();
  });
  // Never the one outside before it has told whom it began: that would wait for it for ever.
  function kill(): void {
    killed = true;
    if (first !== undefined) end(first);
  }
  return { process: child, pid: () => first && workerOf(first), kill };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Linux: the kernel bounds its memory, and ends it with its parent even while it computes. All exec, so the pid stays. */
function guards(wall: number, around: readonly string[]): string[] {
  const guard: string[] = [];
  if (existsSync('/usr/bin/prlimit'))
    guard.push('/usr/bin/prlimit', `--data=${wall + reservedByNode}`, `--fsize=${mostBytes}`, '--core=0');
  // The second wall has its own.
  if (around.length > 0) guard.push(...around);
  else if (existsSync('/usr/bin/setpriv'))
    guard.push('/usr/bin/setpriv', '--no-new-privs', '--pdeathsig', 'KILL');
  return guard;
}
