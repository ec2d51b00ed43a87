import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { connection } from './client.ts';
import { lockKeys } from './lock-keys.ts';

/**
 * Applies `drizzle/` to the database. Processes that start together take turns under an advisory lock.
 * @throws Error that tells the operator what to do
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { ...connection, max: 1 });
  try {
    const [row] = await sql`select current_setting('server_version_num')::int as version`;
    if (row?.version < 140_000) throw new Error(`this is Postgres ${Math.floor(row?.version / 10_000)}`);
    await sql`select pg_advisory_lock(${lockKeys.migration})`;
    await applyMigrations(drizzle(sql), {
      migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)),
    });
  } catch (error) {
    // Drizzle's own message is the statement; the reason is below it.
    const { message } = ((error as Error).cause ?? error) as Error;
    throw new Error(
      `DATABASE_URL: ${message}. It must name a database of Postgres 14 or later that can be reached, and a user who may create schemas in it.`,
      { cause: error },
    );
  } finally {
    // Ending the session frees the lock, whatever happened in between.
    await sql.end();
  }
}
