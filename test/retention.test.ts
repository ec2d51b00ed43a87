import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { parseId } from '../server/id.ts';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const rotate = [{ rotate: { degrees: 90 } }];

/** As if so many hours had gone by for all that ends at some time. */
async function pass({ services }: TestServer, hours: number): Promise<void> {
  const by = sql`make_interval(hours => ${hours})`;
  await services.database.db.execute(
    sql`update files set expires_at = expires_at - ${by}, removed_at = removed_at - ${by}`,
  );
  await services.database.db.execute(
    sql`update jobs set expires_at = expires_at - ${by}, hidden_at = hidden_at - ${by}`,
  );
}

async function expiryOf({ services }: TestServer, file: string): Promise<number | null> {
  const [row] = await services.database.db.execute<{ hours: number | null }>(
    sql`select round(extract(epoch from expires_at - now()) / 3600)::int as hours from files where id = ${parseId('file', file)}`,
  );
  return row?.hours ?? null;
}

function stored({ services }: TestServer): Promise<string[]> {
  return readdir(join(services.config.DATA_DIR, 'files'), { recursive: true, withFileTypes: true }).then(
    (entries) => entries.filter((entry) => entry.isFile()).map((entry) => entry.name),
  );
}

async function count({ services }: TestServer, table: string): Promise<number> {
  const [row] = await services.database.sql<
    { count: number }[]
  >`select count(*)::int as count from ${services.database.sql(table)}`;
  return row?.count ?? 0;
}

/** Until some statement waits for a lock. */
async function untilLocked({ services }: TestServer): Promise<void> {
  await until('one waits for the other', async () => {
    const waiting = await services.database.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length > 0;
  });
}

const eventsOf = async (client: Client, id: string): Promise<string[]> => {
  const { job } = await client.data<{ job: { events: { edges: { node: { type: string } }[] } } }>(
    `query ($id: ID!) { job(id: $id) { events(first: 100) { edges { node { type } } } } }`,
    { id },
  );
  return job.events.edges.map(({ node }) => node.type);
};

test('an upload that no job uses goes after the retention', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  assert.equal(await expiryOf(server, file), 24);
  await pass(server, 23);
  await server.services.retention.expire();
  assert.equal((await stored(server)).length, 1);
  await pass(server, 2);
  await server.services.retention.expire();
  assert.deepEqual(await stored(server), []);
  const { userErrors } = await client.createJob([file], rotate);
  assert.deepEqual(
    userErrors.map(({ code }) => code),
    ['INPUT_EXPIRED'],
  );
  await pass(server, 29 * 24);
  await server.services.retention.expire();
  assert.equal(await count(server, 'files'), 1);
  await pass(server, 24);
  await server.services.retention.expire();
  assert.equal(await count(server, 'files'), 0);
});

test('files of a job stay while it is unfinished, and for the retention after its end', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 2 }));
  const id = await client.startJob([file], rotate);
  await client.finish(id);
  assert.equal(await expiryOf(server, file), 24);
  const waiting = await client.startJob([file], [{ pages: { select: '1' } }]);
  assert.equal((await client.finish(waiting)).state, 'COMPLETED');
  assert.equal((await client.job(id))?.expired, false);

  await pass(server, 25);
  await server.services.retention.expire();
  assert.deepEqual(await stored(server), []);
  const job = await client.job(id);
  assert.equal(job?.expired, true);
  assert.equal((await eventsOf(client, id)).at(-1), 'EXPIRED');
  const response = await fetch(new URL(job.outputs[0]!.url, server.url));
  assert.equal(response.status, 404);

  // A second round says it no second time.
  await server.services.retention.expire();
  assert.equal((await eventsOf(client, id)).filter((type) => type === 'EXPIRED').length, 1);
  await pass(server, 24 * 30);
  await server.services.retention.expire();
  assert.equal(await count(server, 'jobs'), 0);
  assert.equal(await count(server, 'files'), 0);
});

test('an input that an unfinished job needs outlives every other job', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  await client.startJob([file], rotate);
  assert.equal(await expiryOf(server, file), null);
  await pass(server, 1_000);
  await server.services.retention.expire();
  assert.equal((await stored(server)).length, 1);
});

test('a deleted job takes its files along, but not what another job uses', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const shared = await client.upload(makePdf({ pages: 1 }), 'shared.pdf');
  const own = await client.upload(makePdf({ pages: 2 }), 'own.pdf');
  const doomed = await client.startJob([shared, own], [{ merge: {} }]);
  const other = await client.startJob([shared], rotate);
  await client.finish(doomed);
  await client.finish(other);
  assert.equal((await stored(server)).length, 4);
  await client.data(
    `mutation ($id: ID!) { deleteJob(input: { id: $id }) { deletedId userErrors { code } } }`,
    {
      id: doomed,
    },
  );
  assert.equal(await client.job(doomed), null);
  await until('its own input and its result are gone', async () => (await stored(server)).length === 2);
  assert.equal((await client.job(other))?.state, 'COMPLETED');
  await pass(server, 1);
  await server.services.retention.purge();
  assert.equal(await count(server, 'jobs'), 1);
  assert.equal(await count(server, 'files'), 2);
  // The folder of the one that is left.
  assert.equal((await readdir(join(server.services.config.DATA_DIR, 'files', 'jobs'))).length, 1);
});

test('of two jobs that share a file and are removed at once nothing stays', async () => {
  await using server = await startServer({ worker: false });
  const { database, jobs, retention } = server.services;
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  const ids = [await client.startJob([file], rotate), await client.startJob([file], rotate)];
  const [first, second] = ids.map((id) => parseId('job', id)!);
  const [owner] = await database.sql<{ issuer: string; subject: string }[]>`select issuer, subject from jobs`;
  for (const id of [first, second]) await jobs.delete(owner!, id!);
  await retention.purge();
  await database.sql`update jobs set hidden_at = now() - interval '1 hour' where id = ${second!}`;
  // Another process, which still sees the second one.
  const other = await database.sql.reserve();
  await other`begin`;
  await other`select id from files for update`;
  await other`delete from jobs where id = ${first!}`;
  const purge = retention.purge();
  await untilLocked(server);
  await other`commit`;
  other.release();
  await purge;
  assert.equal(await count(server, 'files'), 0);
});

test('a file that a new job claims just when its last one is purged stays', async () => {
  await using server = await startServer({ worker: false });
  const { database, jobs, retention } = server.services;
  const client = await server.guest();
  const id = await client.startJob([await client.upload(makePdf({ pages: 1 }))], rotate);
  const [owner] = await database.sql<{ issuer: string; subject: string }[]>`select issuer, subject from jobs`;
  await jobs.delete(owner!, parseId('job', id)!);
  // Between the claim and the commit of a job that is being created.
  const claim = await database.sql.reserve();
  await claim`begin`;
  await claim`update files set expires_at = null`;
  const purge = retention.purge();
  await untilLocked(server);
  await claim`commit`;
  claim.release();
  await purge;
  assert.equal((await stored(server)).length, 1);
});
