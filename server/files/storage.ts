import type { Readable, Transform } from 'node:stream';

/** A part of some bytes, both ends inclusive. */
export interface Range {
  start: number;
  end: number;
}

/** Where bytes live. Keys are made by us: letters, digits, `-` and `/`. */
export interface Storage {
  /** Writes a stream that passes `through`; nothing is left behind, and no key seen, unless all was written durably. */
  write(key: string, bytes: Readable, through: Transform, signal: AbortSignal): Promise<void>;
  /** Takes over a finished local file, which is gone from its place then. */
  adopt(key: string, path: string): Promise<void>;
  /** A local path to read from; good while the key exists. */
  path(key: string): string;
  /** Opens a part of what is stored. Rejects where it is not there or may not be read. */
  read(key: string, range: Range): Promise<Readable>;
  /** In bytes, of what can be read; rejects as `read`. */
  size(key: string): Promise<number>;
  /** Nothing happens where the key does not exist. */
  remove(key: string): Promise<void>;
  /** All keys, with the time of their last write. */
  list(): AsyncIterable<{ key: string; writtenAt: Date }>;
  /** Removes what writes that were cut off before that time have left. */
  removeUnfinished(before: Date): Promise<void>;
  /** Id of the installation whose bytes these are; undefined where nobody has marked them. */
  installation(): Promise<string | undefined>;
  mark(installation: string): Promise<void>;
  /** Bytes that may still be written, of how many in all. */
  space(): Promise<{ free: number; total: number }>;
  /** Rejects where it cannot be used. */
  check(): Promise<void>;
}
