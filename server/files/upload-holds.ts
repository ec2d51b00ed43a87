import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Owner } from '../owner.ts';

/** The right to write an upload's bytes, for one request in one of the web processes. */
export interface Hold {
  readonly id: string;
  /** Aborted when somebody else has it, as we were not heard of for long. */
  readonly lost: AbortSignal;
  /** Bytes that are here, durably; asked every second and at the end. */
  received: () => number;
  release(): Promise<void>;
}

export interface UploadHolds {
  /**
   * Waits until nobody holds the owner's upload; undefined where there is none.
   * @param letGo called when somebody else wants it; without it, others wait until we are done
   * @throws AppError RATE_LIMITED where that takes too long
   */
  take(
    owner: Owner,
    id: string,
    options?: { signal?: AbortSignal; letGo?: () => void },
  ): Promise<Hold | undefined>;
  /** An upload that has been begun by its holder. */
  enter(id: string, holder: string): Hold;
  close(): Promise<void>;
}

/**
 * Leases in the table, renewed by one statement a second for all of this process. A connection that broke without a word
 * is found by the client's next request, in whichever process: it asks the holder to let go, as tus wants it.
 */
export function createUploadHolds(db: Db, log: Logger): UploadHolds {
  const held = new Map<string, Hold & { letGo?: (() => void) | undefined; lose: () => void }>();
  let renewing: Promise<void> | undefined;
  const timer = setInterval(() => {
    renewing ??= renew()
      .catch((error: unknown) => log.warn({ err: error }, 'uploads could not be renewed'))
      .finally(() => (renewing = undefined));
  }, renewEveryMs);
  timer.unref();

  async function renew() {
    const mine = [...held].map(([holder, hold]) => ({ id: hold.id, holder, received: hold.received() }));
    if (mine.length === 0) return;
    const kept = await db.execute<{ holder: string; wanted: boolean }>(sql`
      update uploads set held_until = clock_timestamp() + ${leaseTime}, ${here(sql`mine.received`)}
      from jsonb_to_recordset(${JSON.stringify(mine)}::jsonb) as mine (id uuid, holder uuid, received bigint)
      where uploads.id = mine.id and uploads.holder = mine.holder returning uploads.holder, wanted`);
    const wanted = new Map(kept.map((row) => [row.holder, row.wanted]));
    for (const { holder } of mine)
      if (!wanted.has(holder)) held.get(holder)?.lose();
      else if (wanted.get(holder)) held.get(holder)?.letGo?.();
  }

  function enter(id: string, holder: string, received = 0, letGo?: () => void): Hold {
    const lost = new AbortController();
    const mine = {
      id,
      lost: lost.signal,
      received: () => received,
      letGo,
      lose: () => lost.abort(busy()),
      async release() {
        held.delete(holder);
        await db.execute(sql`
          update uploads set holder = null, held_until = null, ${here(sql`${mine.received()}::bigint`)}
          where id = ${id} and holder = ${holder}`);
      },
    };
    held.set(holder, mine);
    return mine;
  }

  return {
    enter: (id, holder) => enter(id, holder),
    async take({ issuer, subject }, id, { signal, letGo } = {}) {
      const holder = randomUUID();
      const isIt = sql`id = ${id} and issuer = ${issuer} and subject = ${subject}`;
      for (const end = performance.now() + patienceMs; ; await delay(askEveryMs, undefined, { signal })) {
        const [taken] = await db.execute<{ received: number }>(sql`
          update uploads set holder = ${holder}, held_until = clock_timestamp() + ${leaseTime}, wanted = false
          where ${isIt} and (holder is null or held_until < clock_timestamp()) returning received::float8`);
        if (taken) return enter(id, holder, taken.received, letGo);
        const asked = await db.execute(sql`update uploads set wanted = true where ${isIt} returning id`);
        if (asked.length === 0) return undefined;
        if (performance.now() > end) throw busy();
      }
    },
    async close() {
      clearInterval(timer);
      await renewing;
    },
  };
}

function busy(): AppError {
  return new AppError('RATE_LIMITED', 'Another request is at work on this upload. Try again later.', {
    retryAfter: 5,
  });
}

/** Only bytes touch an upload: nobody keeps one, and its room, by asking for it. */
function here(received: SQL): SQL {
  return sql`received = ${received},
    touched_at = case when uploads.received = ${received} then touched_at else clock_timestamp() end`;
}

/** For so long a process may be silent before its uploads are given to others. */
export const leaseTime = sql.raw(`interval '5 seconds'`);
const renewEveryMs = 1_000;
const askEveryMs = 100;
const patienceMs = 30_000;
