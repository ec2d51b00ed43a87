import { setImmediate } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { FileRow } from '../db/tables.ts';
import type { JobReader } from '../jobs/read.ts';

/**
 * The files of many jobs in few queries. One loader for all requests, so that a change that a thousand watch is one
 * query; nothing is kept beyond its batch, as files change meanwhile.
 */
export function loadFiles(
  read: JobReader,
  role: 'input' | 'output',
): Pick<DataLoader<string, FileRow[]>, 'load'> {
  const loader: DataLoader<string, FileRow[]> = new DataLoader(
    (jobIds) => {
      loader.clearAll();
      return read.files(jobIds, role);
    },
    { maxBatchSize: 25 },
  );
  let turn: Promise<unknown> = Promise.resolve();
  let left = filesAtOnce;

  return {
    async load(jobId) {
      const files = await loader.load(jobId);
      // What a resolver makes of them it makes in one go: after so many files, others are answered first.
      left -= files.length;
      if (left < 0) {
        left = filesAtOnce;
        turn = turn.then(() => setImmediate());
      }
      await turn;
      return files;
    },
  };
}

const filesAtOnce = 5_000;
