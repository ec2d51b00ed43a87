import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../server/db/client.ts';
import { createDatabase } from './helpers/database.ts';
import { startProxy } from './helpers/proxy.ts';
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
