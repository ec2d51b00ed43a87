import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type SessionRow, sessions } from '../db/sign-in-tables.ts';
import { newId } from '../id.ts';
import { handOver } from '../jobs/hand-over.ts';
import type { Owner } from '../owner.ts';
import type { Person } from './openid.ts';
import { tellEnded } from './revocations.ts';

/** Who is signed in, and where. A browser knows its session by a cookie, of which only a hash is kept. */
export interface Sessions {
  /** Always a new one, whatever cookie the browser came with. @returns the value of its cookie */
  begin(person: Person): Promise<string>;
  /**
   * The session of a cookie, which goes on for another while; undefined where it is over or there is none.
   * @param guest who has shown to be one: what is theirs is the person's from now on
   */
  use(cookie: string, guest?: Owner): Promise<SessionRow | undefined>;
  /** Ends it, and its streams in every web process. Undefined where there was none. */
  end(cookie: string): Promise<SessionRow | undefined>;
  /** Removes the rows of those that are over. */
  forget(): Promise<void>;
}

export function createSessions(db: Db): Sessions {
  return {
    async begin(person) {
      const cookie = randomBytes(32).toString('base64url');
      await db.insert(sessions).values({ id: newId(), cookieHash: hashOf(cookie), ...person });
      return cookie;
    },

    use: (cookie, guest) =>
      db.transaction(async (tx) => {
        const [session] = await tx
          .update(sessions)
          .set({ seenAt: sql`now()` })
          .where(
            sql`cookie_hash = ${hashOf(cookie)} and ended_at is null
              and seen_at > now() - ${longestPause} and created_at > now() - ${longestLife}`,
          )
          .returning();
        if (session && guest) await handOver(tx, guest, session);
        return session;
      }),

    end: (cookie) =>
      db.transaction(async (tx) => {
        const [session] = await tx
          .update(sessions)
          .set({ endedAt: sql`clock_timestamp()` })
          .where(sql`cookie_hash = ${hashOf(cookie)} and ended_at is null`)
          .returning();
        if (session) await tellEnded(tx);
        return session;
      }),

    async forget() {
      await db
        .delete(sessions)
        .where(sql`created_at < now() - ${longestLife} or ended_at < now() - interval '1 hour'`);
    },
  };
}

/** Without a renewed token; a page that is open renews it long before. */
const longestPause = sql.raw(`interval '12 hours'`);
const longestLife = sql.raw(`interval '7 days'`);
/** The same in seconds, for the cookie. */
export const sessionLifetime = 7 * 86_400;

function hashOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64url');
}
