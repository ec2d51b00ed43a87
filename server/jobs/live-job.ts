import type { FileRow, JobEventRow, JobRow } from '../db/tables.ts';

/**
 * A job as it is watched: where it stands in the line, null where it does not wait, undefined where nobody has looked; its
 * files where a payload has asked for them, good until the next milestone.
 */
export type WatchedJob = JobRow & {
  place?: number | null;
  files?: Map<'input' | 'output', Promise<FileRow[]>>;
};

/** The present state of one watched job in this process, shared by all who watch it. */
export interface LiveJob {
  readonly id: string;
  /** Undefined until read. */
  job?: WatchedJob;
  /** The whole timeline: entry n stands at n - 1. */
  events: JobEventRow[];
  /** The row is no more. */
  gone: boolean;
  /** Called after each change. Must not throw. */
  readonly watchers: Set<() => void>;
}
