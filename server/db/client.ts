import { drizzle, type PostgresJsDatabase, type PostgresJsTransaction } from 'drizzle-orm/postgres-js';
import type { ExtractTablesWithRelations } from 'drizzle-orm';
import postgres, { type Sql } from 'postgres';

export type Db = PostgresJsDatabase;
export type Tx = PostgresJsTransaction<
  Record<string, never>,
  ExtractTablesWithRelations<Record<string, never>>
>;

export interface Database {
  db: Db;
  sql: Sql;
  close(): Promise<void>;
}

/** A pool of at most `max` connections. After a restart of the database it comes back within a second by itself. */
export function connect(url: string, max: number): Database {
  const sql = postgres(url, { ...connection, max });
  return { db: drizzle(sql), sql, close: () => sql.end({ timeout: 5 }) };
}

/** Shared with the listener: instants are read as UTC text, and reconnecting starts fast and stays at one second. */
export const connection = {
  connection: { application_name: 'octavo', TimeZone: 'UTC' },
  connect_timeout: 10,
  backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
  onnotice: () => {},
} satisfies postgres.Options<Record<string, never>>;
