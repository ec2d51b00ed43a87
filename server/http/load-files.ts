import { setImmediate } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { FileRow } from '../db/tables.ts';
import type { JobReader } from '../jobs/read.ts';

/**
 * The files of many jobs in few queries. One loader for all requests, so that a change that a thousand watch is one
 * query; nothing is kept beyond its batch, as files change meanwhile.
 */
export function loadFiles(read: JobReader, role: 'input' | 'output'): DataLoader<string, FileRow[]> {
  let released: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader(
    async (jobIds: readonly string[]) => {
      loader.clearAll();
      const files = await read.files(jobIds, role);
      // What is made of a batch is made in one go: batches that arrive together leave room for others between them.
      released = released.then(() => setImmediate());
      await released;
      return files;
    },
    { maxBatchSize: 50 },
  );
  return loader;
}
