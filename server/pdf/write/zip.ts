import { crc32 } from 'node:zlib';
import type { OutputSink } from './sink.ts';

/**
 * A ZIP archive on its way to a sink; its files are stored as they are, for what is packed already. Without the 64-bit
 * extension: a job may have fewer pages than an archive can have files, and write no more than it can hold.
 */
export interface Zip {
  /** @param name without folders */
  add(name: string, data: Uint8Array): Promise<void>;
  /** @param facts of what `data` will be, which stand before it */
  addStream(
    name: string,
    facts: { bytes: number; checksum: number },
    data: AsyncIterable<Uint8Array>,
  ): Promise<void>;
  /** Ends the sink too. */
  end(): Promise<void>;
}

/** @param date ISO 8601: what all files are dated, in UTC */
export function createZip(sink: OutputSink, date: string): Zip {
  const stamp = dosTime(new Date(date));
  const directory: Buffer[] = [];
  let offset = 0;
  const write = async (chunk: Uint8Array): Promise<void> => {
    offset += chunk.length;
    await sink.write(chunk);
  };
  async function begin(name: string, bytes: number, checksum: number): Promise<void> {
    const path = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(version);
    facts.writeUInt16LE(utf8Names, 2);
    facts.writeUInt32LE(stamp, 6);
    facts.writeUInt32LE(checksum, 10);
    facts.writeUInt32LE(bytes, 14);
    facts.writeUInt32LE(bytes, 18);
    facts.writeUInt16LE(path.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.of(version, 0), facts, rest, path]));
    await write(Buffer.concat([Buffer.from('PK\x03\x04'), facts, path]));
  }

  return {
    async add(name, data) {
      await begin(name, data.length, crc32(data));
      await write(data);
    },
    async addStream(name, { bytes, checksum }, data) {
      await begin(name, bytes, checksum);
      for await (const chunk of data) await write(chunk);
    },
    async end() {
      const entries = Buffer.concat(directory);
      const end = Buffer.alloc(22);
      end.write('PK\x05\x06');
      end.writeUInt16LE(directory.length, 8);
      end.writeUInt16LE(directory.length, 10);
      end.writeUInt32LE(entries.length, 12);
      end.writeUInt32LE(offset, 16);
      await write(entries);
      await write(end);
      await sink.end();
    },
  };
}

const version = 20;
const utf8Names = 1 << 11;

/** To two seconds, from 1980 on. */
function dosTime(date: Date): number {
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
