import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressOf } from './cluster.ts';

/** The URL of the Postgres that an Octavo on this DATA_DIR has started; undefined where none runs. */
export async function runningPostgres(dataDir: string): Promise<string | undefined> {
  const home = join(dataDir, 'postgres');
  try {
    const password = await readFile(join(home, 'password'), 'utf8');
    // Its fourth line (https://www.postgresql.org/docs/current/storage-file-layout.html).
    const port = (await readFile(join(home, 'data/postmaster.pid'), 'utf8')).split('\n')[3];
    return addressOf(password, Number(port));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
