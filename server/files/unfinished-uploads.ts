import type { Readable } from 'node:stream';
import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { lockKeys } from '../db/lock-keys.ts';
import { oneAtATime } from '../db/one-at-a-time.ts';
import { type UploadRow, uploads } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import type { Owner } from '../owner.ts';
import { type DiskSpace, full } from './disk-space.ts';
import { leaseTime } from './upload-holds.ts';

/** The rows of uploads that have not become a file: how many an owner has, and the room that they are promised. */
export interface UnfinishedUploads {
  /**
   * @param upload.length in bytes; undefined where the client does not say, which is promised room as its bytes come
   * @param upload.holder the request without which it ends; none where it may go on after that
   * @throws AppError RATE_LIMITED where the owner has too many, STORAGE_FULL where it does not fit beside its result
   */
  begin(
    owner: Owner,
    upload: { id: string; length: number | undefined; metadata?: string | undefined; holder?: string },
  ): Promise<void>;
  find(owner: Owner, id: string): Promise<UploadRow | undefined>;
  /** Promises it the room that it still needs, after a time in which others may have got it. @throws AppError STORAGE_FULL */
  goOn(id: string): Promise<void>;
  /** Passes bytes on as long as there is room for them. @throws AppError STORAGE_FULL */
  meter(id: string, length: number | undefined, bytes: Readable): AsyncGenerator<Buffer>;
  remove(id: string): Promise<void>;
  /** Removes what nobody has gone on with for so long, or cannot as its request is gone; their ids. */
  removeStale(hours: number): Promise<string[]>;
  /** Whether all room is used or promised, so that hardly any upload is let in. */
  isFull(): Promise<boolean>;
}

export function createUnfinishedUploads(db: Db, space: DiskSpace): UnfinishedUploads {
  const inTurn = oneAtATime();

  /** Whoever is promised room sees all promises before: one at a time, over all processes. */
  function promising(id: string, change: (tx: Tx, room: number) => Promise<unknown>): Promise<void> {
    return inTurn('promise', () =>
      db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${lockKeys.uploadRoom})`);
        await change(tx, (await space.spare()) - (await promised(tx, sql`id <> ${id}`)));
      }),
    );
  }

  return {
    begin: ({ issuer, subject }, { id, length = step, metadata, holder }) =>
      promising(id, async (tx, room) => {
        // What ends with its request need not outlive a power cut.
        if (holder) await tx.execute(sql`set local synchronous_commit = off`);
        const [mine] = await tx.execute<{ count: number }>(sql`
          select count(*)::int as count from uploads where issuer = ${issuer} and subject = ${subject}`);
        if ((mine?.count ?? 0) >= mostUnfinished) throw tooMany();
        if (room < 2 * length) throw full();
        const hold = holder ? { holder, heldUntil: sql`clock_timestamp() + ${leaseTime}` } : {};
        await tx
          .insert(uploads)
          .values({ id, issuer, subject, length, metadata, resumable: !holder, ...hold });
      }),

    async find({ issuer, subject }, id) {
      const [row] = await db
        .select()
        .from(uploads)
        .where(sql`id = ${id} and issuer = ${issuer} and subject = ${subject} and resumable`);
      return row;
    },

    goOn: (id) =>
      promising(id, async (tx, room) => {
        const [row] = await tx.execute<{ missing: number }>(sql`
          update uploads set touched_at = clock_timestamp() where id = ${id}
          returning (length - received)::float8 as missing`);
        if (row && room < row.missing) throw full();
      }),

    async *meter(id, length, bytes) {
      let passed = 0;
      let promisedBytes = length ?? step;
      let unchecked = 0;
      // Where we end early, whoever sends them is still to hear why.
      for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        passed += chunk.length;
        unchecked += chunk.length;
        if (passed > promisedBytes && length === undefined) {
          promisedBytes += step;
          await promising(id, async (tx, room) => {
            if (room < step) throw full();
            await tx.execute(sql`update uploads set length = ${promisedBytes} where id = ${id}`);
          });
        }
        // Jobs and the database promise nothing.
        if (unchecked > checkEvery) {
          unchecked = 0;
          await space.check();
        }
        yield chunk;
      }
    },

    async remove(id) {
      await db.delete(uploads).where(sql`id = ${id}`);
    },

    async removeStale(hours) {
      const removed = await db
        .delete(uploads)
        .where(
          sql`(touched_at < now() - make_interval(secs => ${hours * 3600}) or not resumable)
            and (held_until is null or held_until < clock_timestamp())`,
        )
        .returning({ id: uploads.id });
      return removed.map(({ id }) => id);
    },

    isFull: async () => (await space.spare()) - (await promised(db, sql`true`)) < 2 * step,
  };
}

/** Promised and not used yet. Who has not sent a byte for long may go on, but not count on the room. */
async function promised(db: Db | Tx, which: SQL): Promise<number> {
  const [row] = await db.execute<{ bytes: number }>(sql`
    select coalesce(sum(greatest(length - received, 0)), 0)::float8 as bytes from uploads
    where touched_at > now() - interval '10 minutes' and ${which}`);
  return row?.bytes ?? 0;
}

/** Of an upload that does not say its length, so much is promised at a time. */
const step = 8_000_000;
const checkEvery = 1_000_000;
/** Of an owner, what is being sent and what waits to go on together: a hundred at once are fine. */
const mostUnfinished = 200;

function tooMany(): AppError {
  return new AppError(
    'RATE_LIMITED',
    `You have ${mostUnfinished} unfinished uploads, the most at a time. Finish or delete some, then try again.`,
    { retryAfter: 60 },
  );
}
