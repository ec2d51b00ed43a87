/**
 * The records of a ZIP archive (PKWARE's APPNOTE, section 4.3) whose files are stored as they are, for what is packed
 * already. Without the 64-bit extension: a job has fewer results than an archive can have files, and writes no more
 * than it can hold.
 */
export interface ZipFile {
  /** Without folders. */
  name: string;
  bytes: number;
  /** CRC-32. */
  checksum: number;
}

/** What stands before a file. @param date what it is dated, in UTC */
export function fileHeader(file: ZipFile, date: Date): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04'), factsOf(file, date), Buffer.from(file.name)]);
}

export function fileHeaderBytes(name: string): number {
  return 30 + Buffer.byteLength(name);
}

/** What stands after all files, which begin at the archive's beginning and are in order. */
export function directory(files: readonly ZipFile[], date: Date): Buffer {
  let offset = 0;
  const entries = files.map((file) => {
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    offset += fileHeaderBytes(file.name) + file.bytes;
    const facts = factsOf(file, date);
    return Buffer.concat([
      Buffer.from('PK\x01\x02'),
      Buffer.of(version, 0),
      facts,
      rest,
      Buffer.from(file.name),
    ]);
  });
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(
    entries.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries, end]);
}

export function directoryBytes(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + 46 + Buffer.byteLength(name), 22);
}

/** What both records of a file say of it. */
function factsOf({ name, bytes, checksum }: ZipFile, date: Date): Buffer {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(version);
  facts.writeUInt16LE(utf8Names, 2);
  facts.writeUInt32LE(dosTime(date), 6);
  facts.writeUInt32LE(checksum, 10);
  facts.writeUInt32LE(bytes, 14);
  facts.writeUInt32LE(bytes, 18);
  facts.writeUInt16LE(Buffer.byteLength(name), 22);
  return facts;
}

const version = 20;
const utf8Names = 1 << 11;

/** To two seconds, from 1980 on. */
function dosTime(date: Date): number {
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
