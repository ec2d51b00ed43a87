import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { revocations, sessions } from '../db/sign-in-tables.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Owner } from '../owner.ts';
import { sessionTokenLifetime, type Viewer } from './tokens.ts';

/**
 * What was ended before its time: an owner's tokens from before an instant, and sessions. Each web process knows it by
 * heart, as every request and every stream depends on it.
 */
export interface Revocations {
  /** @throws AppError UNAUTHENTICATED where the viewer's token has been ended */
  check(viewer: Viewer): void;
  /** Calls `end` when the viewer's token is ended, at once where it has been. Returns what stops it. */
  watch(viewer: Viewer, end: () => void): () => void;
  /** Reads again: a NOTIFY has come, or may have been missed. Keeps trying through an outage. */
  resync(): void;
  close(): void;
}

/** Resolves when all that has been ended so far is known. */
export async function openRevocations(db: Db, log: Logger): Promise<Revocations> {
  let known: Ended = await readEnded(db);
  const watched = new Set<{ viewer: Viewer; end: () => void }>();
  let reading = false;
  let wanted = false;
  let closed = false;

  async function readAgain() {
    reading = true;
    while (wanted && !closed)
      try {
        wanted = false;
        known = await readEnded(db);
        for (const one of watched)
          if (isEnded(known, one.viewer)) {
            watched.delete(one);
            one.end();
          }
      } catch (error) {
        log.warn({ err: error }, 'ended tokens could not be read, trying again');
        wanted = true;
        await delay(500);
      }
    reading = false;
  }

  function resync() {
    wanted = true;
    if (!reading) void readAgain();
  }

  // Backstop, as for the jobs that are watched.
  const safety = setInterval(resync, safetyMs);
  safety.unref();

  return {
    check(viewer) {
      if (isEnded(known, viewer))
        throw new AppError('UNAUTHENTICATED', 'Your token has been ended. Get a new one.');
    },
    watch(viewer, end) {
      const one = { viewer, end };
      if (isEnded(known, viewer)) end();
      else watched.add(one);
      return () => watched.delete(one);
    },
    resync,
    close() {
      closed = true;
      clearInterval(safety);
    },
  };
}

/** Ends all that an owner was given until now: tokens and sessions. */
export async function revoke(db: Db, { issuer, subject }: Owner): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into revocations (issuer, subject, before) values (${issuer}, ${subject}, clock_timestamp())
      on conflict (issuer, subject) do update set before = excluded.before`);
    await tx.execute(sql`
      update sessions set ended_at = clock_timestamp()
      where issuer = ${issuer} and subject = ${subject} and ended_at is null`);
    await tellEnded(tx);
  });
}

/** Has every web process read again, once this transaction commits. */
export function tellEnded(tx: Tx) {
  return tx.execute(sql`select pg_notify(${revocationsChannel}, '')`);
}

export const revocationsChannel = 'octavo_revocations';

const safetyMs = 15_000;

interface Ended {
  /** In milliseconds since 1970, by owner. */
  before: ReadonlyMap<string, number>;
  sessions: ReadonlySet<string>;
}

/** Few: owners are revoked by hand, and of sessions only those count that have tokens yet. */
async function readEnded(db: Db): Promise<Ended> {
  const [owners, ended] = await Promise.all([
    db.select().from(revocations),
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(sql`ended_at > now() - make_interval(secs => ${2 * sessionTokenLifetime})`),
  ]);
  return {
    before: new Map(owners.map((owner) => [keyOf(owner), owner.before.getTime()])),
    sessions: new Set(ended.map(({ id }) => id)),
  };
}

function isEnded({ before, sessions }: Ended, viewer: Viewer): boolean {
  return (
    viewer.issuedAt < (before.get(keyOf(viewer)) ?? -Infinity) ||
    (viewer.session !== undefined && sessions.has(viewer.session))
  );
}

function keyOf({ issuer, subject }: Owner): string {
  return `${issuer}\n${subject}`;
}
