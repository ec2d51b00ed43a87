import type { JobRow } from '../server/db/tables.ts';
import { count } from '../server/count.ts';

/** Progress in words. Made from the row alone, so that a tick needs no text on its way through NOTIFY. */
export function describe(job: Pick<JobRow, 'state' | 'stage' | 'current' | 'total'>): string {
  switch (job.state) {
    case 'QUEUED':
      return 'Waiting for a worker';
    case 'CANCELING':
      return 'Stopping';
    case 'CANCELED':
      return 'Canceled';
    case 'FAILED':
      return 'Failed';
    case 'COMPLETED':
      return 'Done';
    case 'RUNNING':
      return running[job.stage]((job.current ?? 0).toLocaleString('en'), count(job.total ?? 0, 'page'));
  }
}

const running: Record<JobRow['stage'], (current: string, total: string) => string> = {
  QUEUED: () => 'Starting',
  ANALYZING: () => 'Reading the documents',
  SPLITTING: () => 'Dividing the pages into ranges',
  PROCESSING: (current, total) => `${current} of ${total} processed`,
  MERGING: (current, total) => `${current} of ${total} written`,
  SAVING: () => 'Saving the results',
  DONE: () => 'Done',
};
