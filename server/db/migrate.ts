import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { connection } from './client.ts';

/** Applies `drizzle/` to the database. Processes that start together take turns under an advisory lock. */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { ...connection, max: 1 });
  try {
    const [row] = await sql`select current_setting('server_version_num')::int as version`;
    if (row?.version < 140_000)
      throw new Error(
        `DATABASE_URL: Postgres 14 or later is required, found ${Math.floor(row?.version / 10_000)}`,
      );
    await sql`select pg_advisory_lock(${lockKey})`;
    await applyMigrations(drizzle(sql), {
      migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)),
    });
  } finally {
    // Ending the session frees the lock, whatever happened in between.
    await sql.end();
  }
}

const lockKey = 0x0c7a_0001;
