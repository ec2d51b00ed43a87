import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on stderr; stdout is for what a person who typed `npm start` wants to read. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      redact: ['token', 'authorization', 'url'],
      serializers: { err: describeError },
    },
    pino.destination(2),
  );
}

/**
 * What is told of an error: its message, stack and cause, and of all else only what is named here. Drivers hang the values
 * of a statement on their errors, some write them into the message too: subjects, names, texts of users.
 */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = plainMessage(error);
  const at = error.stack?.indexOf(error.message) ?? -1;
  return {
    type: error.name,
    message,
    stack: at < 0 ? undefined : `${error.name}: ${message}${error.stack?.slice(at + error.message.length)}`,
    ...Object.fromEntries(told.flatMap((key) => (key in error ? [[key, error[key as keyof Error]]] : []))),
    cause: error.cause && describeError(error.cause),
    errors: error instanceof AggregateError ? error.errors.map(describeError) : undefined,
  };
}

/** The message without values of users. */
export function plainMessage(error: Error): string {
  // Drizzle's: the statement, whose values stand as $1, and then the values.
  if ('query' in error && 'params' in error) {
    const reason = error.cause instanceof Error ? `: ${plainMessage(error.cause)}` : '';
    return `Failed query: ${String(error.query)}${reason}`;
  }
  // Postgres' data exceptions quote what they could not read.
  if ('code' in error && /^22...$/.test(String(error.code))) return error.message.replace(/: ".*"$/s, '');
  return error.message;
}

const ofSystem = ['code', 'errno', 'syscall', 'path', 'address', 'port', 'field', 'stderr'];
/** Of Postgres, by the names of both drivers, ours and the queue's. In `query`, values stand as $1. */
const ofStatement = [
  'severity',
  'query',
  'table_name',
  'column_name',
  'constraint_name',
  'table',
  'column',
  'constraint',
];
const told = [...ofSystem, ...ofStatement];
