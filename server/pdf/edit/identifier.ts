import { createHash } from 'node:crypto';

/** What stays the same whenever a job is written again, so that its results are the same byte by byte. */
export interface Fixed {
  /** ISO 8601: when the job was created. */
  date: string;
  /** The job's own. */
  id: string;
}

/** A file identifier, in hex. */
export function identifier(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}
