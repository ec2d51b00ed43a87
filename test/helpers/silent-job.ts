import { sql } from 'drizzle-orm';
import { newId, parseId, publicId } from '../../server/id.ts';
import { type Milestone, write } from '../../server/jobs/write.ts';
import type { Owner } from '../../server/owner.ts';
import type { Services } from '../../server/services.ts';
import type { Client } from './client.ts';
import { makePdf } from './pdf.ts';

/** A job that waits for a worker, of which there is none; its id. */
export async function startSilent(client: Client): Promise<string> {
  const file = await client.upload(makePdf({ pages: 1 }));
  return client.startJob([file], [{ rotate: { degrees: 90 } }]);
}

/** Many of them, past the API; their ids. */
export async function seedSilent(
  { database }: Pick<Services, 'database'>,
  owner: Owner,
  count: number,
): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  const { issuer, subject } = owner;
  await database.db.execute(sql`
    with job as (
      insert into jobs (id, issuer, subject, name, steps)
      select id, ${issuer}, ${subject}, 'seeded', '[]' from unnest(${sql.param(ids)}::uuid[]) as id returning id
    )
    insert into job_events (job_id, seq, type, message) select id, 1, 'CREATED', 'Created and queued' from job`);
  return ids.map((id) => publicId('job', id));
}

/** A milestone in the life of a silent job, told as any other. */
export async function annotate(services: Services, id: string, ...milestones: Milestone[]): Promise<void> {
  await write(services.database.db, {
    id: parseId('job', id) ?? '',
    transition: 'annotate',
    milestones: milestones.length > 0 ? milestones : [{ type: 'WARNING', message: 'Something to read' }],
  });
}

/** The same for many and without a NOTIFY, as with a listener that has lost its connection. */
export async function annotateUnheard(
  { database }: Pick<Services, 'database'>,
  ids: readonly string[],
): Promise<void> {
  await database.db.execute(sql`
    with changed as (
      update jobs set rev = rev + 1, seq = seq + 1, updated_at = clock_timestamp()
      where id = any(${sql.param(ids.map((id) => parseId('job', id)))}::uuid[]) returning id, seq
    )
    insert into job_events (job_id, seq, type, message) select id, seq, 'WARNING', 'Unheard' from changed`);
}

/** Ends the connections that LISTEN for this server; they come back by themselves. */
export async function endListeners({ database }: Services): Promise<void> {
  await database.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'octavo-listen'`;
}
