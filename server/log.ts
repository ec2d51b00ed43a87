import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on stderr; stdout is for what a person who typed `npm start` wants to read. */
export function createLog(level: string): Logger {
  return pino({ level, base: undefined, redact: ['token', 'authorization', 'url'] }, pino.destination(2));
}
