import { createReadStream } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type FileRow, files, uploads } from '../db/tables.ts';
import { newId } from '../id.ts';
import type { Claimant, Owner } from '../owner.ts';
import type { Slot, Slots } from '../pdf/slot/slots.ts';
import { keptOf } from '../pdf/write/kept.ts';
import { full, isDiskFull } from './disk-space.ts';
import { fileName } from './file-name.ts';
import { createIntake, empty, tooLarge } from './intake.ts';
import type { MediaType } from './sniff.ts';
import type { Storage } from './storage.ts';
import type { UnfinishedUploads } from './unfinished-uploads.ts';
import type { UploadHolds } from './upload-holds.ts';

export interface Files {
  /** Somebody may be about to upload: has a slot made ready to look at it. */
  expect(): void;
  /**
   * Streams an upload to storage and has a slot look at it. On any refusal nothing is left behind.
   * @param length what the client says it will send, in bytes, where it does
   * @throws AppError FILE_TOO_LARGE, NOT_A_PDF, BROKEN_PDF, ENCRYPTED, TOO_MANY_PAGES, TOO_COMPLEX, STORAGE_FULL, RATE_LIMITED …
   */
  create(
    owner: Claimant,
    upload: { name: string | null; body: Readable; length: number | undefined; signal: AbortSignal },
  ): Promise<FileRow>;
  /**
   * Makes a file of an upload whose bytes are all at a local path, with the same looks and refusals; they stay there
   * unless it succeeds.
   */
  adopt(
    owner: Claimant,
    upload: { id: string; name: string | null; path: string; signal: AbortSignal },
  ): Promise<FileRow>;
  find(owner: Owner, id: string): Promise<FileRow | undefined>;
  /** For a signed link, which has proven itself. */
  findAny(id: string): Promise<FileRow | undefined>;
}

export function createFiles(options: {
  db: Db;
  storage: Storage;
  intakeSlots: Slots;
  unfinished: UnfinishedUploads;
  holds: UploadHolds;
  maxBytes: number;
  retentionHours: number;
}): Files {
  const { db, storage, intakeSlots, unfinished, holds, maxBytes, retentionHours } = options;
  const keyOf = (id: string) => `uploads/${id}`;

  /** An upload becomes a file of whoever it is now. @param place puts the bytes where the row says, if they are not there */
  function become(
    sender: Owner,
    file: Pick<FileRow, 'id' | 'name' | 'bytes' | 'sha256' | 'mediaType' | 'pages' | 'structures'>,
    place: () => Promise<void> = async () => {},
  ): Promise<FileRow> {
    return db.transaction(async (tx) => {
      const [upload] = await tx
        .delete(uploads)
        .where(sql`id = ${file.id}`)
        .returning();
      const { issuer, subject } = upload ?? sender;
      const expiresAt = new Date(Date.now() + retentionHours * 3_600_000);
      const [row] = await tx
        .insert(files)
        .values({ ...file, issuer, subject, storageKey: keyOf(file.id), expiresAt })
        .returning();
      await place();
      return row as FileRow;
    });
  }

  function see(owner: Claimant, path: string, mediaType: MediaType, signal: AbortSignal) {
    return intakeSlots.use(signal, (slot) => look(slot, path, mediaType), owner);
  }

  return {
    expect: intakeSlots.warm,

    async create(owner, { name, body, length, signal }) {
      if (length === 0) throw empty();
      if (length !== undefined && length > maxBytes) throw tooLarge(maxBytes);
      // Refused before its bytes are taken, where that can be known.
      intakeSlots.check(owner);
      // It starts while the bytes come.
      intakeSlots.warm();
      const id = newId();
      const key = keyOf(id);
      const holder = randomUUID();
      await unfinished.begin(owner, { id, length, holder });
      const hold = holds.enter(id, holder);
      try {
        // Whoever has left meanwhile begins nothing.
        signal.throwIfAborted();
        const intake = createIntake(maxBytes);
        hold.received = intake.passed;
        const metered = Readable.from(unfinished.meter(id, length, body), { objectMode: false });
        await storage.write(key, metered, intake.transform, signal);
        const found = intake.result();
        const seen = await see(owner, storage.path(key), found.mediaType, signal);
        return await become(owner, { id, name: fileName(name), ...found, ...seen });
      } catch (error) {
        await storage.remove(key);
        await unfinished.remove(id);
        throw isDiskFull(error) ? full(error) : error;
      } finally {
        await hold.release();
      }
    },

    async adopt(owner, { id, name, path, signal }) {
      const intake = createIntake(maxBytes);
      await pipeline(createReadStream(path), intake.transform, nowhere(), { signal });
      const found = intake.result();
      const seen = await see(owner, path, found.mediaType, signal);
      const file = { id, name: fileName(name), ...found, ...seen };
      return become(owner, file, () => storage.adopt(keyOf(id), path)).catch((error: unknown) => {
        throw isDiskFull(error) ? full(error) : error;
      });
    },

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
