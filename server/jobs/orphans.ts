import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { orphans } from '../db/tables.ts';
import { findInstallation } from '../files/installation.ts';
import { findUnknown } from '../files/known-keys.ts';
import type { Storage } from '../files/storage.ts';
import type { Logger } from '../log.ts';

/**
 * Removes stored bytes that no row knows, which a killed process has left, a week after they were first seen. By then the
 * operator can have read of them: after an older dump was restored, all that came later looks like this. Where they are
 * most of what is stored, nothing goes.
 */
export async function removeOrphans(db: Db, storage: Storage, log: Logger): Promise<void> {
  if ((await findInstallation(db)) !== (await storage.installation()))
    return log.error('database and storage are of two installations now; nothing is removed');
  const before = new Date(Date.now() - graceMs);
  await storage.removeUnfinished(before);

  const stored = await Array.fromAsync(storage.list());
  const old = stored.filter(({ writtenAt }) => writtenAt < before).map(({ key }) => key);
  const unknown = await findUnknown(db, old);
  const all = sql`select unnest(${sql.param(unknown)}::text[])`;
  await db.delete(orphans).where(sql`key not in (${all})`);
  const found = await db
    .insert(orphans)
    .select(sql`select key, now() from (${all}) as unknown (key)`)
    .onConflictDoNothing()
    .returning();
  if (found.length > 0)
    log.warn({ ...listKeys(found), days }, 'stored files that no row knows; they will go in some days');

  const due = await db
    .select()
    .from(orphans)
    .where(sql`first_seen < now() - make_interval(days => ${days})`);
  if (due.length === 0) return;
  if (2 * unknown.length > stored.length)
    return log.error(
      { stored: stored.length, unknown: unknown.length },
      'no row knows most of what is stored, so nothing is removed; is this the right database, or an older one?',
    );
  for (const { key } of due) await storage.remove(key);
  log.warn(listKeys(due), 'files that no row knew were removed');
}

/** Longer than any upload or job may take to get its row. */
const graceMs = 24 * 3_600_000;
const days = 7;

/** As much as a line of the log can hold. */
function listKeys(rows: readonly { key: string }[]) {
  return { count: rows.length, keys: rows.slice(0, 100).map(({ key }) => key) };
}
