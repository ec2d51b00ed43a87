import type { OutputSink } from './sink.ts';
import type { Touched, WrittenDocument } from './written.ts';

/** How far the present phase is; `done` of `total` never falls within a phase. Units are the phase's own. */
export type OnProgress = (progress: {
  phase: 'load' | 'range' | 'write';
  done: number;
  total: number;
}) => void;

/**
 * One pass over a job's documents: opened, worked out range by range, written. The sources are never changed: every
 * method may be called again, in this process or another one, and comes to the same.
 */
export interface Pass {
  /** Counted over all documents in order: what ranges are cut from. */
  readonly pages: number;
  /** What the user should know before the work, in sentences. */
  readonly warnings: readonly string[];
  readonly cost: Cost;
  /** Works out the pages `[first, last)`. */
  range(first: number, last: number): Promise<RangeBytes>;
  /** Writes all results. @param ranges all that were worked out, in page order */
  write(ranges: readonly Range[], files: PassFiles): Promise<Written>;
}

/** Pages `[first, last)` of a pass. */
export interface Range {
  first: number;
  last: number;
}

/** What a pass has made. */
export interface Written {
  documents: WrittenDocument[];
  /** By each of its steps. */
  touched: Touched[];
}

/**
 * What comes of a range, in bytes of the pass's own making, in chunks that are asked for one by one, as there may be
 * many. Kept until the job has ended. How many there are is the client's doing: nobody but the pass reads them.
 */
export type RangeBytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface PassFiles {
  /** Where a result goes. */
  emit(name: string): OutputSink;
  /** The bytes `[start, end)` that came of a range, by its index; all if left out. */
  stored(range: number, start?: number, end?: number): Promise<Buffer>;
}

/** What stays the same whenever a job is written again, so that its results are the same byte by byte. */
export interface Fixed {
  /** ISO 8601: when the job was created. */
  date: string;
  /** The job's own. */
  id: string;
}

/** What a job is expected to take, in milliseconds on one core: the weights of its progress, not a promise. */
export interface Cost {
  load: number;
  /** For each page of the results. */
  perPage: number;
  write: number;
}
