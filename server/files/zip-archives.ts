import { crc32 } from 'node:zlib';
import type { FileRow } from '../db/tables.ts';
import { directory, directoryBytes, fileHeader, fileHeaderBytes } from '../pdf/write/zip-records.ts';
import type { Range, Storage } from './storage.ts';

/** ZIP archives of stored files, made as they are read: their size is known before, and any part can be read alone. */
export interface Archives {
  /** @param date what its files are dated */
  of(files: readonly FileRow[], date: Date): Archive;
}

export interface Archive {
  bytes: number;
  read(range: Range): AsyncIterable<Uint8Array>;
}

/** A piece of an archive; what is no file is made when it is needed. */
interface Piece {
  bytes: number;
  read(range: Range): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>>;
}

export function createArchives(storage: Storage): Archives {
  const checksums = new Map<string, Promise<number>>();

  /** It stands before the file's data, or old programs cannot unpack it: a file is read for it, once while we run. */
  function checksumOf(file: FileRow): Promise<number> {
    const known = checksums.get(file.id);
    if (known) return known;
    const checksum = computeChecksum(file);
    checksum.catch(() => checksums.delete(file.id));
    checksums.set(file.id, checksum);
    if (checksums.size > mostChecksums) checksums.delete(checksums.keys().next().value!);
    return checksum;
  }

  async function computeChecksum({ storageKey, bytes }: FileRow): Promise<number> {
    let checksum = 0;
    if (bytes > 0)
      for await (const chunk of await storage.read(storageKey, { start: 0, end: bytes - 1 }))
        checksum = crc32(chunk as Buffer, checksum);
    return checksum;
  }

  const entryOf = async (file: FileRow) => ({ ...file, checksum: await checksumOf(file) });

  return {
    of(files, date) {
      const pieces: Piece[] = files.flatMap((file) => [
        record(fileHeaderBytes(file.name), async () => fileHeader(await entryOf(file), date)),
        { bytes: file.bytes, read: (range) => storage.read(file.storageKey, range) },
      ]);
      const size = directoryBytes(files.map(({ name }) => name));
      pieces.push(record(size, async () => directory(await Array.fromAsync(files, entryOf), date)));
      return {
        bytes: pieces.reduce((sum, { bytes }) => sum + bytes, 0),
        read: (range) => readAcross(pieces, range),
      };
    },
  };
}

/** Some 200 bytes each. */
const mostChecksums = 10_000;

function record(bytes: number, make: () => Promise<Buffer>): Piece {
  return { bytes, read: async ({ start, end }) => [(await make()).subarray(start, end + 1)] };
}

async function* readAcross(pieces: readonly Piece[], { start, end }: Range): AsyncIterable<Uint8Array> {
  let at = 0;
  for (const { bytes, read } of pieces) {
    const part = { start: Math.max(0, start - at), end: Math.min(bytes - 1, end - at) };
    if (part.start <= part.end) yield* await read(part);
    at += bytes;
  }
}
