import { sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { type Owner, ownerHash } from '../owner.ts';
import { jobsChannel } from './write.ts';

/**
 * Makes all that one owner has another's: jobs, whatever they are at, files and uploads under way. The rows' own ids are
 * all that a worker or a request at work on them goes by, so neither notices.
 */
export async function handOver(tx: Tx, from: Owner, to: Owner): Promise<void> {
  // Who makes a job of either holds the same meanwhile, and finds its files gone, or all of the change.
  for (const hash of [ownerHash(from), ownerHash(to)].toSorted())
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${hash}, 0))`);
  const theirs = sql`issuer = ${from.issuer} and subject = ${from.subject}`;
  const owner = sql`issuer = ${to.issuer}, subject = ${to.subject}`;
  await tx.execute(sql`update uploads set ${owner} where ${theirs}`);
  // In the order in which others lock them.
  const those = sql`select id from files where ${theirs} and removed_at is null order by id for update`;
  const moveFiles = () => tx.execute(sql`update files set ${owner} where id in (${those})`);
  await moveFiles();
  // A key that both have used stays with whom it is now. No `seq`, or what watches a job would not read its new owner.
  await tx.execute(sql`
    with changed as (
      update jobs set ${owner}, network = null, rev = rev + 1, updated_at = clock_timestamp(),
        idempotency_key = case when exists (
          select from jobs as own where own.issuer = ${to.issuer} and own.subject = ${to.subject}
            and own.idempotency_key = jobs.idempotency_key
        ) then null else idempotency_key end
      where id in (select id from jobs where ${theirs} and hidden_at is null order by id for update)
      returning id, rev
    )
    select pg_notify(${jobsChannel}, json_build_object('id', id, 'rev', rev, 'owner', ${ownerHash(to)}::text)::text)
    from changed`);
  // A job that ended while its inputs were waited for has made files that the first look could not see.
  await moveFiles();
}
