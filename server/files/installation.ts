import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { lockKeys } from '../db/lock-keys.ts';
import { files, installation } from '../db/tables.ts';
import { newId } from '../id.ts';
import type { Logger } from '../log.ts';
import { findUnknown } from './known-keys.ts';
import type { Storage } from './storage.ts';

/**
 * Sees to it that database and storage are of one installation: both bear its id. They get it at the first start; what an
 * older version has stored gets it where the database knows at least half of that.
 * @param options.database what to call it to the operator; so `options.storage`
 * @param options.adopt joins two that do not know each other
 * @throws Error that tells the operator what was found and what to do
 */
export async function joinStorage(
  db: Db,
  storage: Storage,
  options: { database: string; storage: string; adopt: boolean; log: Logger },
): Promise<void> {
  await db.transaction(async (tx) => {
    // Processes that start together take turns; who comes second finds what the first has made.
    await tx.execute(sql`select pg_advisory_xact_lock(${lockKeys.installation})`);
    const ids = { database: await findInstallation(tx), storage: await storage.installation() };
    if (ids.database && ids.database === ids.storage) return;

    const counts = await countStored(tx, storage);
    // A database that has its storage elsewhere takes no other, not even an empty one: so starts a worker that was given a
    // folder of its own.
    if (ids.database || !belong(counts)) {
      if (!options.adopt) throw new Error(refusal(options, ids, counts));
      options.log.warn(
        { ...ids, ...counts },
        'joining a database and a storage that did not know each other',
      );
    }
    const id = ids.database ?? ids.storage ?? newId();
    if (!ids.database) await tx.insert(installation).values({ id });
    // Before the commit: an id that only the storage has, left by a process that ends here, is taken up by the next.
    if (ids.storage !== id) await storage.mark(id);
  });
}

/** The id that the database bears. */
export async function findInstallation(db: Db | Tx): Promise<string | undefined> {
  const [row] = await db.select().from(installation);
  return row?.id;
}

/** Files in storage, those of them that the database does not know, and files that the database has. */
interface Counts {
  stored: number;
  unknown: number;
  rows: number;
}

async function countStored(tx: Tx, storage: Storage): Promise<Counts> {
  const stored = await Array.fromAsync(storage.list());
  const unknown = await findUnknown(
    tx,
    stored.map(({ key }) => key),
  );
  const rows = await tx.$count(files, sql`removed_at is null`);
  return { stored: stored.length, unknown: unknown.length, rows };
}

function belong({ stored, unknown, rows }: Counts): boolean {
  return stored === 0 ? rows === 0 : 2 * unknown <= stored;
}

function refusal(
  names: { database: string; storage: string },
  ids: { database: string | undefined; storage: string | undefined },
  { stored, unknown, rows }: Counts,
): string {
  const of = (id: string | undefined) => (id ? `of installation ${id}` : 'of no installation yet');
  return (
    `The database and the files do not belong together: ${names.database} is ${of(ids.database)}, ` +
    `and ${names.storage} is ${of(ids.storage)}. ` +
    `The database has ${rows} files; of the ${stored} there, it does not know ${unknown}. ` +
    'All processes of an installation share one database and one folder: set DATABASE_URL and DATA_DIR to those. ' +
    'To join these two for good, as where the other folder is lost, start once with --adopt-storage.'
  );
}
