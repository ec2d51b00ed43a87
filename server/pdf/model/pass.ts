import type { Cost } from '../passes/pages/page-cost.ts';
import type { StepCall, Touched } from './step.ts';
import type { WrittenDocument } from '../write/document.ts';
import type { Fixed } from '../edit/identifier.ts';
import type { OutputSink } from './sink.ts';

/** How far the present phase is; `done` of `total` never falls within a phase. Units are the phase's own. */
export type Report = (progress: { phase: 'load' | 'range' | 'write'; done: number; total: number }) => void;

export interface PassInput {
  sources: readonly { name: string; bytes: Buffer }[];
  /** Images that the steps draw, as uploaded, by the ids that name them. */
  assets: ReadonlyMap<string, Buffer>;
  /** The steps of this pass. */
  calls: readonly StepCall[];
  fixed: Fixed;
  maxPages: number;
}

/** @throws AppError about the documents (see `loadSource`) or the steps (see `plan`) */
export type OpenPass = (input: PassInput, report: Report) => Promise<Pass>;

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
