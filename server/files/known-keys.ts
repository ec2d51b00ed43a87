import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { thumbnailSuffix } from './thumbnails.ts';

/** Which of these storage keys no row knows: neither as a file, nor as its thumbnail, nor as what came of a page range. */
export async function findUnknown(db: Db | Tx, keys: readonly string[]): Promise<string[]> {
  const fileKeys = keys.map((key) =>
    key.endsWith(thumbnailSuffix) ? key.slice(0, -thumbnailSuffix.length) : key,
  );
  const rows = await db.execute<{ key: string }>(sql`
    select key from unnest(${sql.param(keys)}::text[], ${sql.param(fileKeys)}::text[]) as stored (key, file_key)
    where not exists (select from files where storage_key = file_key and removed_at is null)
    except select concat('jobs/', job_id, '/ranges/', pass, '/', range) from range_results`);
  return rows.map(({ key }) => key);
}
