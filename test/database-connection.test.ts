import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { connect, type Database } from '../server/db/client.ts';
import { checkPooler } from '../server/db/pooler.ts';
import { parseId } from '../server/id.ts';
import { write } from '../server/jobs/write.ts';
import { createDatabase } from './helpers/database.ts';
import { startPooler } from './helpers/pooler.ts';
import { startProxy } from './helpers/proxy.ts';
import { seedSilent } from './helpers/silent-job.ts';
import { until } from './helpers/wait.ts';

const options = { timeout: 20_000 };

test('a connection that is cut in the middle of a transaction is made anew, each time', options, async () => {
  await using database = await createDatabase();
  await using proxy = await startProxy(new URL(database.url));
  const { sql, close } = connect(proxy.url, 1);
  const watcher = connect(database.url, 1);
  for (let round = 0; round < 5; round++) {
    const broken = assert.rejects(sql.begin((tx) => tx`select pg_sleep(60)`));
    await until('it is at work', async () => (await sleepers()).length > 0);
    proxy.cut();
    await broken;
    proxy.heal();
    assert.deepEqual([...(await sql`select 1 as one`)], [{ one: 1 }]);
    await watcher.sql`select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)'`;
  }
  await close();
  await watcher.close();

  function sleepers() {
    return watcher.sql`
      select from pg_stat_activity where datname = current_database() and query = 'select pg_sleep(60)' and state = 'active'`;
  }
});

test('a connection that breaks while the driver asks for types is made anew', options, async () => {
  await using database = await createDatabase();
  await using proxy = await startProxy(new URL(database.url));
  const { sql, close } = connect(proxy.url, 1);
  proxy.cutAt(/typcategory/);
  const words = await sql.begin((tx) => tx`select unnest(${['one', 'two']}::text[]) as word`);
  assert.deepEqual([...words], [{ word: 'one' }, { word: 'two' }]);
  await close();
});

for (const when of ['between two statements', 'during a statement'])
  test(`a backend that ends ${when} of a transaction fails that transaction alone`, options, async () => {
    await using database = await createDatabase();
    const { sql, close } = connect(database.url, 1);
    const killer = connect(database.url, 1);
    await assert.rejects(
      sql.begin(async (tx) => {
        const [{ pid }] = await tx<[{ pid: number }]>`select pg_backend_pid() as pid`;
        const sleeping = when === 'during a statement' && tx`select pg_sleep(60)`.execute();
        if (sleeping) sleeping.catch(() => {});
        await killer.sql`select pg_terminate_backend(${pid}, 5000)`;
        await tx`select ${1}::int`;
      }),
    );
    assert.deepEqual([...(await sql`select 1 as one`)], [{ one: 1 }]);
    await close();
    await killer.close();
  });

test(
  'a statement is prepared once, in a transaction and outside, unless the URL says otherwise',
  options,
  async () => {
    await using postgres = await createDatabase();
    for (const [query, expected] of [
      ['', [{ times: 6 }]],
      ['?prepare=false', []],
    ] as const) {
      const database = connect(postgres.url + query, 1);
      for (let n = 1; n <= 3; n++) {
        await database.db.execute(sql`select ${n}::int as once`);
        await database.db.transaction((tx) => tx.execute(sql`select ${n}::int as once`));
      }
      const prepared = await database.sql`
      select (generic_plans + custom_plans)::int as times from pg_prepared_statements where statement like '% as once'`;
      assert.deepEqual([...prepared], expected);
      await database.close();
    }
  },
);

test('a job is written by who was there before a newer version added a column', options, async () => {
  await using postgres = await createDatabase();
  const database = connect(postgres.url, 1);
  const [id = ''] = await seedSilent({ database }, { issuer: 'octavo', subject: 'alice' }, 1);
  await annotate(database, id);
  await database.sql`alter table jobs add column newer text`;
  assert.equal((await annotate(database, id))?.seq, 3);
  await database.close();
});

/** In a transaction, where a statement that fails cannot be tried again. */
function annotate({ db }: Database, id: string) {
  return db.transaction((tx) =>
    write(tx, {
      id: parseId('job', id) ?? '',
      transition: 'annotate',
      milestones: [{ type: 'WARNING', message: 'Something to read' }],
    }),
  );
}

test(
  'a pooler that loses prepared statements is refused, and taken where none are prepared',
  options,
  async () => {
    await using postgres = await createDatabase();
    await using pooler = await startPooler(postgres.url);
    await checkPooler(postgres.url);
    await assert.rejects(
      checkPooler(pooler.url),
      /DATABASE_URL: the pooler .* add \?prepare=false to the URL/,
    );
    await checkPooler(`${pooler.url}?prepare=false`);
  },
);
