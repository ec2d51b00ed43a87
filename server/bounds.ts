/**
 * The most that a job may have of everything it can have many of. What comes in is refused by it, and what an answer may
 * hold is charged by it.
 */
export const most = {
  files: 500,
  steps: 50,
  /** Documents after a step. */
  documents: 1_000,
  /** Page ranges of a pass. */
  ranges: 200,
  /** Entries of an option that takes several. */
  entries: 100,
  /** Characters of an expression like `1-3,7,9-last`. */
  pageRanges: 4_000,
  /** Leaves that are named one by one. */
  leaves: 20_000,
  /** Characters of so many leaves, as `12:12345>90`. */
  leavesText: 300_000,
  /** Characters of an id, of which ours have fewer. */
  id: 100,
  /** Timeline entries and warnings: never refused, as jobs of so many documents tell of each. */
  told: 10_000,
} as const;
