import { customType } from 'drizzle-orm/pg-core';

/** ISO 8601 text with the microseconds that Postgres has: a Date would cut them to milliseconds and break cursors. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  fromDriver: isoInstant,
});

/** Postgres writes `2026-01-02 03:04:05.678901+00`, its JSON `2026-01-02T03:04:05.678901+00:00`; sessions are in UTC. */
export function isoInstant(value: string): string {
  return value.replace(' ', 'T').replace(/\+00(:00)?$/, 'Z');
}
