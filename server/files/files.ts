import { createReadStream } from 'node:fs';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type FileRow, files } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { newId } from '../id.ts';
import type { Claimant, Owner } from '../owner.ts';
import type { Slot, Slots } from '../pdf/slot/slots.ts';
import { keptOf } from '../pdf/write/kept.ts';
import { fileName } from './file-name.ts';
import { createIntake, type Intake, tooLarge } from './intake.ts';
import type { MediaType } from './sniff.ts';
import type { Storage } from './storage.ts';

export interface Files {
  /**
   * Streams an upload to storage and has a slot look at it. On any refusal nothing is left behind.
   * @param length what the client says it will send, in bytes, where it does
   * @throws AppError FILE_TOO_LARGE, NOT_A_PDF, BROKEN_PDF, ENCRYPTED, TOO_MANY_PAGES, TOO_COMPLEX, STORAGE_FULL, RATE_LIMITED …
   */
  create(
    owner: Claimant,
    upload: { name: string | null; body: Readable; length: number | undefined; signal: AbortSignal },
  ): Promise<FileRow>;
  /** Throws STORAGE_FULL where so many bytes, and as many for their result, do not fit. */
  checkRoom(bytes: number): Promise<void>;
  /** Takes over a local file that is all there, with the same looks and refusals; it may be gone from its place then. */
  adopt(
    owner: Claimant,
    upload: { name: string | null; path: string; signal: AbortSignal },
  ): Promise<FileRow>;
  find(owner: Owner, id: string): Promise<FileRow | undefined>;
  /** For a signed link, which has proven itself. */
  findAny(id: string): Promise<FileRow | undefined>;
}

export function createFiles(options: {
  db: Db;
  storage: Storage;
  intakeSlots: Slots;
  maxBytes: number;
  retentionHours: number;
}): Files {
  const { db, storage, intakeSlots, maxBytes, retentionHours } = options;

  async function checkRoom(bytes: number) {
    if ((await storage.free()) < 2 * bytes + reserveBytes) throw full();
  }

  /** `store` puts the bytes at the key and passes them through the intake. */
  async function take(
    owner: Claimant,
    name: string | null,
    signal: AbortSignal,
    store: (key: string, intake: Intake) => Promise<void>,
  ): Promise<FileRow> {
    // Refused before its bytes are taken, where that can be known.
    intakeSlots.check(owner);
    const id = newId();
    const key = `uploads/${id}`;
    const intake = createIntake(maxBytes);
    try {
      await store(key, intake);
      const found = intake.result();
      const seen = await intakeSlots.use(
        signal,
        (slot) => look(slot, storage.path(key), found.mediaType),
        owner,
      );
      const [row] = await db
        .insert(files)
        .values({
          id,
          issuer: owner.issuer,
          subject: owner.subject,
          name: fileName(name),
          ...found,
          ...seen,
          storageKey: key,
          expiresAt: new Date(Date.now() + retentionHours * 3_600_000),
        })
        .returning();
      return row as FileRow;
    } catch (error) {
      await storage.remove(key);
      throw isDiskFull(error) ? full(error) : error;
    }
  }

  return {
    checkRoom,

    async create(owner, { name, body, length, signal }) {
      if (length !== undefined && length > maxBytes) throw tooLarge(maxBytes);
      await checkRoom(length ?? 0);
      return take(owner, name, signal, (key, { transform }) => storage.write(key, body, transform, signal));
    },

    adopt: (owner, { name, path, signal }) =>
      take(owner, name, signal, async (key, { transform }) => {
        await pipeline(createReadStream(path), transform, nowhere(), { signal });
        await storage.adopt(key, path);
      }),

    async find(owner, id) {
      const [row] = await db
        .select()
        .from(files)
        .where(sql`id = ${id} and issuer = ${owner.issuer} and subject = ${owner.subject}`);
      return row;
    },

    async findAny(id) {
      const [row] = await db
        .select()
        .from(files)
        .where(sql`id = ${id}`);
      return row;
    },
  };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** Has a slot see whether the file is what it seems to be; what a document has. */
async function look(
  slot: Slot,
  path: string,
  mediaType: MediaType,
): Promise<Pick<FileRow, 'pages' | 'structures'>> {
  if (mediaType === 'application/pdf') {
    const facts = await slot.inspect(path);
    return { pages: facts.pages, structures: keptOf(facts) };
  }
  await slot.inspectImage(path);
  return { pages: null, structures: null };
}

/** What must stay free, or the database on the same disk stops before we do. */
const reserveBytes = 64_000_000;

export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

export function full(cause?: unknown): AppError {
  return new AppError(
    'STORAGE_FULL',
    'There is no room left on this server. Try again later, or tell its operator.',
    { cause },
  );
}
