import type { Sql } from 'postgres';

/** Whose jobs, and how many. */
export interface Share {
  subject: string;
  jobs: number;
}

/**
 * Finished jobs as they are where they came for a month, owners in turn: each with an input, four of five with a result,
 * and a timeline; what ended more than a day ago has expired. Past the API, by an owner of the database: a million takes
 * minutes. Nothing of them is in storage.
 */
export async function fill(sql: Sql, shares: readonly Share[]): Promise<void> {
  await sql.begin(async (tx) => {
    // Foreign keys hold by construction; to check each of ten million costs more than all the rest.
    await tx`set local session_replication_role = replica`;
    await tx`set local synchronous_commit = off`;
    await tx`select setseed(0.5)`;
    await tx`
      create temp table lives on commit drop as
      select row_number() over (order by at) as n, subject, at, state,
        (array['report', 'invoice', 'contract', 'minutes', 'thesis'])[ceil(random() * 5)] || ' ' || lpad(nth::text, 6, '0') || '.pdf' as name
      from (
        select subject, nth, now() - interval '30 days' * ((nth + random()) / jobs) as at,
          (array['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED'])[ceil(random() * 5)] as state
        from unnest(${shares.map(({ subject }) => subject)}::text[], ${shares.map(({ jobs }) => jobs)}::int[]) as share (subject, jobs),
          generate_series(0, jobs - 1) as nth
      ) as life`;
    // In the order in which they came: an owner's rows lie far apart, as they do in life.
    await tx.unsafe(`
      insert into jobs (id, issuer, subject, name, names, steps, state, stage, rev, seq, percent, ranges, attempt,
        error_code, error_message, created_at, updated_at, started_at, finished_at, expires_at, expired)
      select ${id('a')}, 'octavo', subject, name, name, '[{"name": "rotate", "options": {"degrees": 90, "pages": "1-last"}}]',
        state, case state when 'COMPLETED' then 'DONE' else 'PROCESSING' end, 9, 6, 100, 'dddd', 1,
        case state when 'FAILED' then 'TIME_LIMIT' end, case state when 'FAILED' then 'It took too long.' end,
        at, at + interval '2 s', at + interval '1 s', at + interval '2 s', at + interval '1 day', at < now() - interval '1 day'
      from lives order by n`);
    for (const [kind, role, which] of [
      ['b', 'input', 'true'],
      ['c', 'output', `state = 'COMPLETED'`],
    ] as const) {
      await tx.unsafe(`
        insert into files (id, issuer, subject, name, bytes, media_type, sha256, pages, storage_key, created_at, expires_at, removed_at)
        select ${id(kind)}, 'octavo', subject, name, 123456, 'application/pdf', encode(sha256(n::text::bytea), 'hex'), 12,
          'filled/' || ${id(kind)}, at, at + interval '1 day', case when at < now() - interval '1 day' then at + interval '1 day' end
        from lives where ${which} order by n`);
      await tx.unsafe(`
        insert into job_files (job_id, role, position, file_id)
        select ${id('a')}, '${role}', 0, ${id(kind)} from lives where ${which} order by n`);
    }
    await tx.unsafe(`
      insert into job_events (job_id, seq, at, type, message)
      select ${id('a')}, seq, at + seq * interval '0.3 s', coalesce(type, state), message
      from lives, (values (1, 'CREATED', 'Created and queued'), (2, 'STARTED', 'Started by a worker'), (3, 'STAGE', 'Splitting into 4 page ranges'),
        (4, 'STAGE', 'Processing'), (5, 'STAGE', 'Saving'), (6, null, 'The end')) as entry (seq, type, message)
      order by n, seq`);
  });
  // As autovacuum does in time.
  await sql`vacuum analyze`;
}

/** A UUIDv7 of the time and number of a life, as SQL; `kind` is a hex digit that sets its ids apart. */
function id(kind: string): string {
  return `(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7${kind}' || substr(md5(n::text), 1, 2)
    || '8' || lpad(to_hex(n), 15, '0'))::uuid`;
}
