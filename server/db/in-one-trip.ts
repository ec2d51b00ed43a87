/** A query of Drizzle's that has not been sent yet. */
export interface Query {
  execute(): Promise<unknown>;
}

/**
 * Sends queries of one transaction together: the driver sends them in the order in which it is asked, Postgres does them
 * one after the other, and each sees what those before it did. Rejects where one fails; those after it are not done then.
 */
export function inOneTrip<const Queries extends readonly Query[]>(
  ...queries: Queries
): Promise<{ -readonly [Nth in keyof Queries]: Awaited<ReturnType<Queries[Nth]['execute']>> }> {
  return Promise.all(queries.map((query) => query.execute())) as never;
}
