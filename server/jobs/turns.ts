import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { lockKeys } from '../db/lock-keys.ts';

const owner = sql`issuer || chr(10) || subject`;
const network = sql`coalesce(network, ${owner})`;

/**
 * The jobs that wait, `(id, place)`, place 1 the next to be claimed. It is for the network that has fewest jobs running,
 * then for the one that has waited longest since it had any; within it for the owner who does, and then the oldest. An
 * owner who is no guest is a network alone. A later job of the same owner stands where it will once those before it run.
 * @param rounds only so many jobs of each owner
 */
export function line(rounds: 'all' | 1): SQL {
  return sql`(
    with running as (
      select ${owner} as owner, ${network} as network, count(*) as jobs
      from jobs where state in ('RUNNING', 'CANCELING') group by 1, 2
    ), queued as (
      select id, created_at, ${owner} as owner, ${network} as network, nth from ${rounds === 'all' ? allWaiting : firstWaiting} as waiting
    ), by_owner as (
      select queued.*,
        nth + coalesce((select sum(jobs) from running where running.owner = queued.owner), 0) as owner_round,
        greatest(min(created_at) over (partition by owner), ended_at) as owner_since
      from queued left join turns on key = owner
    ), by_network as (
      select by_owner.*,
        row_number() over (partition by network order by owner_round, owner_since, created_at, id)
          + coalesce((select sum(jobs) from running where running.network = by_owner.network), 0) as network_round,
        greatest(min(created_at) over (partition by network), turns.ended_at) as network_since
      from by_owner left join turns on key = network
    )
    select id, row_number() over (order by network_round, network_since, created_at, id)::int as place from by_network)`;
}

/** The jobs that wait, each with its number among those of its owner. */
const allWaiting = sql`(
  select *, row_number() over (partition by issuer, subject order by created_at, id) as nth from jobs where state = 'QUEUED')`;

/** Of each owner the first: a step along an index for each, however many they have. */
const firstWaiting = sql`(
  with recursive first as (
    ${firstAfter(sql`true`)}
    union all
    select next.* from first, lateral ${firstAfter(sql`(issuer, subject) > (first.issuer, first.subject)`)} as next
  ) select *, 1 as nth from first)`;

function firstAfter(which: SQL): SQL {
  return sql`(
    select id, created_at, issuer, subject, network from jobs where state = 'QUEUED' and ${which}
    order by issuer, subject, created_at, id limit 1)`;
}

/** Until the end of the transaction nobody else chooses the next job, or one owner could get two turns. */
export function chooseAlone(tx: Tx) {
  return tx.execute(sql`select pg_advisory_xact_lock(${lockKeys.nextJob})`);
}

/** The id of the job that is next. */
export const nextInLine = sql`(select id from ${line(1)} as line where place = 1)`;

/**
 * The running job that shall give up its slot at the end of its page range, if one shall: of the network, or within one of
 * the owner, that holds two slots more than one who waits. With a difference of one, both would take the slot from each
 * other in turn. Of several jobs the last one to start, which loses least.
 */
export async function whoMakesRoom(db: Db): Promise<string | undefined> {
  const [job] = await db.execute<{ id: string }>(sql`
    with held as (
      select id, state, started_at, ${owner} as owner, ${network} as network,
        count(*) over (partition by ${owner}) as of_owner, count(*) over (partition by ${network}) as of_network
      from jobs where state in ('RUNNING', 'CANCELING')
    ), waiting as (
      select distinct ${owner} as owner, ${network} as network
      from jobs where state = 'QUEUED' and updated_at < clock_timestamp() - interval '1 second'
    ), needy as (
      select waiting.*,
        (select count(*) from held where held.owner = waiting.owner) as of_owner,
        (select count(*) from held where held.network = waiting.network) as of_network
      from waiting
    )
    select id from held where state = 'RUNNING' and exists (
      select from needy where held.of_network >= needy.of_network + 2
        or (held.network = needy.network and held.of_owner >= needy.of_owner + 2)
    ) order by of_network desc, of_owner desc, started_at desc, id desc limit 1`);
  return job?.id;
}

/** Notes that a job has given its slot back: its owner and network have waited since then only. */
export function endTurn(tx: Tx, id: string) {
  return tx.execute(sql`
    insert into turns (key, ended_at)
    select key, clock_timestamp() from jobs, lateral (values (${owner}), (${network})) as held(key)
    where id = ${id} and attempt > 0 and exists (select from jobs where state = 'QUEUED')
    group by key order by key
    on conflict (key) do update set ended_at = excluded.ended_at`);
}

/** Of those who have come back after a day it is enough to know when they did. */
export async function forgetTurns(db: Db): Promise<void> {
  await db.execute(sql`delete from turns where ended_at < now() - interval '1 day'`);
}
