import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { connect, type Database } from './client.ts';

/**
 * Makes sure that statements which were prepared are there when they are used. Not so behind a pooler that has another
 * session for each transaction and does not take care of them.
 * @throws Error that tells the operator what to do
 */
export async function checkPooler(url: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const [one, other] = [connect(url, 1), connect(url, 1)];
  for (const { close } of [one, other]) stack.defer(close);
  // A pooler tells a process of its own, as it would not know beforehand which one to cancel.
  const rows = await one.sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
  if (rows[0].pid === rows.state.pid) return;
  try {
    await ask(one);
    // While the other holds the session that this one has just had, unless there is no second: then nothing is lost.
    const meanwhile = other.db.transaction(async (tx) => {
      await tx.execute(sql`select`);
      await Promise.race([ask(one), delay(patienceMs, undefined, { ref: false })]);
    });
    await meanwhile;
  } catch (error) {
    if (!isLost(error)) throw error;
    throw new Error(
      'DATABASE_URL: the pooler there loses prepared statements. Use PgBouncer 1.21 or later with ' +
        'max_prepared_statements, or its session mode, or add ?prepare=false to the URL, which makes all slower.',
      { cause: error },
    );
  }
}

const patienceMs = 5_000;

/** In a transaction: outside of one the driver prepares a lost statement again. */
function ask({ db }: Database) {
  return db.transaction((tx) => tx.execute(sql`select ${1}::int`));
}

function isLost(error: unknown): boolean {
  const { cause } = error as Error;
  return cause instanceof postgres.PostgresError && cause.code === '26000';
}
