import type { Kept } from './written.ts';

/** What became of the documents' structure: stored with the job, plain JSON. */
export interface JobReport {
  /** What the inputs had, all together. */
  before: Kept;
  /** What the results have of it, all together; null where none is a PDF. */
  after: Kept | null;
  outputs: {
    name: string;
    /** Null where the result is no PDF. */
    kept: Kept | null;
  }[];
  /** All that was said of losses and risks, in sentences. */
  warnings: string[];
}
