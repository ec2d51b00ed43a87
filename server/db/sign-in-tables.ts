import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

/** Whose tokens are no longer good, where they are from before an instant. */
export const revocations = pgTable(
  'revocations',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    before: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.issuer, t.subject] })],
);

/** A person who has signed in, in one browser. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    /** sha256 of the cookie that stands for it. */
    cookieHash: text('cookie_hash').notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    name: text(),
    admin: boolean().notNull(),
    /** Where a browser is sent to sign out at the issuer too; null where that has no such place. */
    signOutUrl: text('sign_out_url'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
    endedAt: timestamp('ended_at', { withTimezone: true }),
  },
  (t) => [
    uniqueIndex('sessions_cookie').on(t.cookieHash),
    index('sessions_owner').on(t.issuer, t.subject),
    index('sessions_created').on(t.createdAt),
    index('sessions_ended')
      .on(t.endedAt)
      .where(sql`${t.endedAt} is not null`),
  ],
);

export type SessionRow = typeof sessions.$inferSelect;
