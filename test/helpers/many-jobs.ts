import { sql } from 'drizzle-orm';
import { parseId } from '../../server/id.ts';
import type { TestServer } from './server.ts';

/** Copies a job in the database, each copy an hour older than the one before and named after its number, from 1. */
export async function copyJob({ services }: TestServer, id: string, copies: number): Promise<void> {
  const { db } = services.database;
  const uuid = parseId('job', id);
  await db.execute(sql`
    with numbered as (select n, gen_random_uuid() as id from generate_series(1, ${copies}::int) n),
    copied as (
      insert into jobs (id, issuer, subject, name, steps, state, stage, percent, seq, created_at, finished_at, expires_at)
      select numbered.id, issuer, subject, 'job ' || n, steps, state, stage, percent, seq,
        created_at - n * interval '1 hour', finished_at, expires_at
      from jobs, numbered where jobs.id = ${uuid}
      returning id
    ),
    told as (
      insert into job_events (job_id, seq, at, type, message)
      select copied.id, seq, at, type, message from copied, job_events where job_id = ${uuid}
    )
    insert into job_files (job_id, role, position, file_id)
    select copied.id, role, position, file_id from copied, job_files where job_id = ${uuid}`);
}
