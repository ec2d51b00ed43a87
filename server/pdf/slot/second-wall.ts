import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

/**
 * What is around a slot beside Node's permissions, which native code does not know: namespaces of the kernel's own, in
 * which there is no network, no other process, and of the disk only the system's programs, the code, and the slot's
 * `in/` and `out/`, made by bubblewrap, which needs no privileges.
 */
export interface SecondWall {
  /** Why there is none. */
  missing?: string;
  /** What comes before a command; nothing where there is none. @param info number of the pipe to tell {@link firstOf} over */
  around(reach: Reach, info?: number): string[];
}

/** Paths that can be reached through it, beside the system's. */
export interface Reach {
  readable: readonly string[];
  writable: string;
}

export const noSecondWall: SecondWall = { missing: 'SLOT_WALL=off', around: () => [] };

export type WallWish = 'auto' | 'required' | 'off';

/**
 * Finds out whether it can be had here.
 * @throws Error that says what to do, where it is required and cannot
 */
export async function findSecondWall(wish: WallWish, program = '/usr/bin/bwrap'): Promise<SecondWall> {
  if (wish === 'off') return noSecondWall;
  const wall: SecondWall = {
    around: (reach, info) => [program, ...flags(info), ...system(), ...places(reach), '--'],
  };
  const missing = await faultOf(wall, program);
  if (missing === undefined) return wall;
  if (wish === 'auto') return { ...noSecondWall, missing };
  throw new Error(
    `SLOT_WALL is “required”, but ${missing}. See “A second wall” in the README, or set “auto”.`,
  );
}

/** The first process behind the wall, from what was told so far; with it all others end. */
export function firstOf(said: string): number | undefined {
  const pid = /"child-pid": (\d+)/.exec(said)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** The process that does the work, seen from outside. @param first the first process behind the wall, its parent */
export function workerOf(first: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${first}/task/${first}/children`, 'latin1').split(' ');
    return child ? Number(child) : undefined;
  } catch {
    return undefined;
  }
}

function flags(info: number | undefined): string[] {
  return [
    '--unshare-user',
    '--unshare-all',
    '--disable-userns',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    '--cap-drop',
    'ALL',
    ...(info === undefined ? [] : ['--info-fd', String(info)]),
  ];
}

/** Programs and libraries, read only. */
function system(): string[] {
  const folders = ['/usr', '/bin', '/lib', '/lib64'].filter((path) => existsSync(path));
  return [
    ...folders.flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
    ),
    ...['/etc/ld.so.cache', '/etc/fonts'].flatMap((path) => ['--ro-bind-try', path, path]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
  ];
}

function places({ readable, writable }: Reach): string[] {
  return [
    ...readable.flatMap((path) => ['--ro-bind', path, path]),
    '--bind',
    writable,
    writable,
    // What is written there would be memory that nobody counts.
    ...['/dev', '/'].flatMap((path) => ['--remount-ro', path]),
    '--chdir',
    '/',
  ];
}

/** What keeps it from being built; undefined where nothing does. */
async function faultOf(wall: SecondWall, program: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'it is made of what Linux alone has';
  if (!existsSync(program)) return `bubblewrap is not installed (${program})`;
  const [command, ...args] = wall.around({ readable: [process.execPath], writable: tmpdir() });
  try {
    await promisify(execFile)(command ?? '', [...args, process.execPath, '--version'], { timeout: 10_000 });
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? '').trim() || (error as Error).message;
    return `bubblewrap cannot build it here: ${said.split('\n')[0]}`;
  }
  return workerOf(process.ppid) === undefined ? 'the kernel does not list children in /proc' : undefined;
}
