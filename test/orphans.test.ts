import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { newId, parseId } from '../server/id.ts';
import { removeOrphans } from '../server/jobs/orphans.ts';
import type { Logger } from '../server/log.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

/** Sweeps as a worker does. @returns what it tells the operator: level, and the keys or sentence */
async function sweep({ services }: TestServer): Promise<[string, unknown][]> {
  const told: [string, unknown][] = [];
  const log = {
    warn: ({ keys }: { keys: string[] }) => told.push(['warn', keys]),
    error: (...said: unknown[]) => told.push(['error', said.at(-1)]),
  };
  await removeOrphans(services.database.db, services.storage, log as unknown as Logger);
  return told;
}

/** As if so many days had gone by since all was stored and first seen. */
async function pass({ services }: TestServer, days: number): Promise<void> {
  for (const key of await stored({ services })) {
    const then = new Date(Date.now() - days * 86_400_000);
    await utimes(services.storage.path(key), then, then);
  }
  await services.database.db.execute(
    sql`update orphans set first_seen = first_seen - make_interval(days => ${days})`,
  );
}

async function stored({ services }: Pick<TestServer, 'services'>): Promise<string[]> {
  return (await Array.fromAsync(services.storage.list(), ({ key }) => key)).toSorted();
}

/** Puts a file there behind the database's back. */
async function drop({ services }: TestServer, key: string): Promise<void> {
  await mkdir(join(services.storage.path(key), '..'), { recursive: true });
  await writeFile(services.storage.path(key), 'x');
}

test('what no row knows is told, stays for a week from then, and goes; what a row knows stays', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  const job = parseId('job', await client.startJob([file], [{ rotate: { degrees: 90 } }]))!;
  await (await fetch(`${server.url}/files/${file}/thumbnail`, { headers: client.headers })).arrayBuffer();
  await server.services.database.db.execute(
    sql`insert into range_results (job_id, pass, range, result) values (${job}, 0, 3, '{"file": true}')`,
  );
  await drop(server, `jobs/${job}/ranges/0/3`);
  const known = await stored(server);
  assert.equal(known.length, 3);
  const orphan = `uploads/${newId()}`;
  await drop(server, orphan);

  assert.deepEqual(await sweep(server), [], 'it may get its row yet');
  await pass(server, 30);
  assert.deepEqual(await sweep(server), [['warn', [orphan]]]);
  await pass(server, 6);
  assert.deepEqual(await sweep(server), []);
  assert.ok((await stored(server)).includes(orphan));
  await pass(server, 2);
  assert.deepEqual(await sweep(server), [['warn', [orphan]]]);
  assert.deepEqual(await stored(server), known);
  assert.deepEqual(await sweep(server), []);
  assert.equal((await server.services.database.sql`select from orphans`).length, 0);
});

test('nothing goes where no row knows most of it, nor where the database is another installation’s', async () => {
  await using server = await startServer({ worker: false });
  const { database } = server.services;
  const client = await server.guest();
  await client.upload(makePdf({ pages: 1 }));
  // As after an older dump was restored.
  for (const name of ['a', 'b']) await drop(server, `uploads/${name}`);
  await pass(server, 2);
  await sweep(server);
  await pass(server, 8);
  const [[level, said] = []] = await sweep(server);
  assert.equal(level, 'error');
  assert.match(String(said), /no row knows most of what is stored, so nothing is removed/);
  assert.equal((await stored(server)).length, 3);

  for (let i = 0; i < 2; i++) await client.upload(makePdf({ pages: 1 }));
  await database.db.execute(sql`update installation set id = ${newId()}`);
  const [[otherLevel, otherSaid] = []] = await sweep(server);
  assert.equal(otherLevel, 'error');
  assert.match(String(otherSaid), /two installations/);
  assert.equal((await stored(server)).length, 5);
});

test('what a write that was cut off has left goes after a day', async () => {
  await using server = await startServer({ worker: false });
  const folder = join(server.services.config.DATA_DIR, 'incoming');
  for (const name of ['old', 'new']) await writeFile(join(folder, name), 'x');
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  await utimes(join(folder, 'old'), yesterday, yesterday);
  await sweep(server);
  assert.deepEqual(await readdir(folder), ['new']);
});
