import { drizzle, type PostgresJsDatabase, type PostgresJsTransaction } from 'drizzle-orm/postgres-js';
import type { ExtractTablesWithRelations } from 'drizzle-orm';
import postgres, { type Sql, type TransactionSql } from 'postgres';

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

/**
 * A pool of at most `max` connections. After a restart of the database it comes back within a second by itself. Statements
 * are parsed and planned once for each connection; `?prepare=false` in the URL leaves that out, for poolers which lose it.
 */
export function connect(url: string, max: number): Database {
  const sql = postgres(url, { ...connection, max });
  return { db: drizzle(forDrizzle(sql)), sql, close: () => sql.end({ timeout: 5 }) };
}

/** Shared with the listener: instants are read as UTC text, and reconnecting starts fast and stays at one second. */
export const connection = {
  connection: { application_name: 'octavo', TimeZone: 'UTC' },
  connect_timeout: 10,
  backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
  onnotice: () => {},
} satisfies postgres.Options<Record<string, never>>;

/**
 * What Drizzle uses of the driver. It asks it not to prepare, and so each statement would be parsed and planned anew, each
 * time, and take two trips: one to be described, one to be executed. Without parameters one is not prepared either, unless
 * the driver is told that it is not simple.
 */
function forDrizzle(sql: Sql): Sql {
  const { options } = sql;
  const begin = (work: Work) => sql.begin((tx) => work(inTransaction(tx)));
  return { options, begin, unsafe: prepared(sql) } as Sql;
}

function inTransaction(tx: TransactionSql): TransactionSql {
  const savepoint = (work: Work) => tx.savepoint((inner) => work(inTransaction(inner)));
  return { savepoint, unsafe: prepared(tx) } as TransactionSql;
}

type Work = (tx: TransactionSql) => Promise<unknown>;

function prepared(sql: Sql | TransactionSql): Sql['unsafe'] {
  const asPrepared: Preparing = { prepare: true, simple: false };
  return (text, parameters, options) => sql.unsafe(text, parameters, { ...options, ...asPrepared });
}

/** The driver's types do not know all that it takes. */
type Preparing = postgres.UnsafeQueryOptions & { simple: boolean };
