import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { syncFolder } from '../../folder.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { explain } from './trouble.ts';

/** A database on disk and the key to it. */
export interface Cluster {
  folder: string;
  password: string;
}

/** Opens the database in `home`, made at the first start: `password` (mode 0600) and `data`, which live and die together. */
export async function openCluster(
  home: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<Cluster> {
  if (!(await exists(home))) await create(home, binaries, account);
  const folder = join(home, 'data');
  try {
    await access(join(folder, 'PG_VERSION'));
    return { folder, password: await readFile(join(home, 'password'), 'utf8') };
  } catch (error) {
    throw new Error(
      `${home} holds no complete database (${(error as Error).message}). ` +
        'Put back what is missing, or move the folder away to begin with an empty one.',
      { cause: error },
    );
  }
}

/**
 * Where Postgres is told to find its data, for a process started in that folder. As another user than root it may be
 * unable to come there from the top (/root is closed), but Node enters the folder before it gives up root, and from then
 * on this link of Linux leads to it without passing the folders above.
 */
export function dataPath(folder: string, account: Account | undefined): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/** The URL of a cluster that runs. */
export function addressOf(password: string, port: number): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/postgres`;
}

/** All that Postgres gets of an environment, as ours holds secrets. We read its messages, so they are in English. */
export const environment = { LC_ALL: 'C' };

const user = 'octavo';

/** In a folder aside, renamed when complete: an interrupted first start leaves nothing that looks like a database. */
async function create(home: string, binaries: Binaries, account: Account | undefined) {
  const draft = `${home}.new`;
  const folder = join(draft, 'data');
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(draft, 'password'), randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account)
      for (const path of [draft, folder, join(draft, 'password')])
        await chown(path, account.uid, account.gid);
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${dataPath(folder, account)}`,
        '--pwfile=../password',
        `--username=${user}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Built into Postgres since 17: the same order and upper case on every system, whatever locales it has.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      { cwd: folder, env: environment, ...account },
    );
    await rename(draft, home);
    // Lost, all data would seem to be the leftover of an interrupted start.
    await syncFolder(dirname(home));
  } catch (error) {
    throw explain('Postgres could not make its database', error, home);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
