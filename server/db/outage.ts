import postgres from 'postgres';

/**
 * Whether Postgres could not be reached, or went away in the middle: it stops, crashes, starts, or the network broke.
 * Such an error says nothing about the statement, which may even have been committed.
 */
export function isOutage(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at ? String(at.code) : '';
    if (at instanceof postgres.PostgresError ? outageStates.test(code) : outageCodes.has(code)) return true;
  }
  return false;
}

/**
 * Connection exceptions; too many connections; shutdown by an operator, crash of another backend, starting up
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const outageStates = /^(08...|53300|57P0[123])$/;

/** The driver's own, and what the system says of its sockets. */
const outageCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
