import { crc32 } from 'node:zlib';
import type { OutputSink } from '../model/sink.ts';
import { directory, fileHeader, type ZipFile } from './zip-records.ts';

/** A ZIP archive on its way to a sink. */
export interface Zip {
  /** @param name without folders */
  add(name: string, data: Uint8Array): Promise<void>;
  /** Ends the sink too. */
  end(): Promise<void>;
}

/** @param date ISO 8601: what all files are dated, in UTC */
export function createZip(sink: OutputSink, date: string): Zip {
  const day = new Date(date);
  const files: ZipFile[] = [];
  return {
    async add(name, data) {
      const file = { name, bytes: data.length, checksum: crc32(data) };
      files.push(file);
      await sink.write(fileHeader(file, day));
      await sink.write(data);
    },
    async end() {
      await sink.write(directory(files, day));
      await sink.end();
    },
  };
}
