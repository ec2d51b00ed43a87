import DataLoader from 'dataloader';
import type { JobReader } from '../jobs/read.ts';

/** The places of many queued jobs in one query; null where a job does not wait. Batches only: places change meanwhile. */
export function loadPlaces(read: JobReader): DataLoader<string, number | null> {
  return new DataLoader(
    async (ids) => {
      const places = await read.places(ids);
      return ids.map((id) => places.get(id) ?? null);
    },
    { cache: false, maxBatchSize: 500 },
  );
}
