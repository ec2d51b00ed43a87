import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A user of the system, by numbers. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * Postgres refuses to run as root: then it runs as who owns its folder already, else as `postgres`, else as `nobody`.
 * @param home the folder of the database, there or not yet
 * @returns undefined where this process is no root and Postgres runs as the same user
 */
export async function chooseAccount(home: string): Promise<Account | undefined> {
  const self = process.getuid?.();
  const owner = await stat(home).catch(() => undefined);
  if (owner && self && owner.uid !== self)
    throw new Error(
      `${home} belongs to user ${owner.uid}, but Octavo was started as user ${self}. ` +
        'Start it as the same user as before, or set another DATA_DIR.',
    );
  if (self !== 0) return undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };

  // A user without a name would not do: initdb looks itself up.
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(passwd) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'Octavo was started as root, as which Postgres refuses to run, and there is no user postgres or nobody to run it as. ' +
      'Start Octavo as an ordinary user, or set DATABASE_URL.',
  );
}

/** The first of the path's folders, or the file itself, that the account cannot enter or read; undefined where it can. */
export async function findBarrier(path: string, account: Account): Promise<string | undefined> {
  const folders: string[] = [];
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) folders.unshift(folder);
  for (const folder of folders) {
    const { mode, uid, gid } = await stat(folder);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    const needed = folder === path ? 0o5 : 0o1;
    if (((mode >> shift) & needed) !== needed) return folder;
  }
  return undefined;
}
