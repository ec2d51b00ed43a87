import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../server/db/client.ts';
import { listen } from '../server/db/listen.ts';
import { createLog } from '../server/log.ts';
import { createDatabase } from './helpers/database.ts';
import { startProxy } from './helpers/proxy.ts';
import { until } from './helpers/wait.ts';

/** A listener whose connections go through a proxy, and a pool that talks past it. */
async function start(t: { after: (undo: () => Promise<void>) => void }) {
  const database = await createDatabase();
  const proxy = await startProxy(new URL(database.url));
  const { sql, close } = connect(database.url, 1);
  const heard: string[] = [];
  let ready = 0;
  const listener = await listen({
    url: proxy.url,
    channels: { news: (payload) => heard.push(payload) },
    onReady: () => ready++,
    log: createLog('fatal'),
  });
  t.after(async () => {
    await listener.close();
    await close();
    await proxy[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
  return { listener, proxy, sql, heard, ready: () => ready };
}

test('a half-open connection is noticed within 15 s, and listening begins anew', async (t) => {
  const { listener, proxy, sql, heard, ready } = await start(t);
  await sql.notify('news', 'before');
  await until('it is heard', () => heard.includes('before'));
  const before = ready();
  proxy.hang();
  await sql.notify('news', 'lost');
  await until('it listens again', () => ready() > before, 15_000);
  assert.ok(listener.healthy());
  await sql.notify('news', 'after');
  await until('it is heard again', () => heard.includes('after'));
  assert.deepEqual(heard, ['before', 'after'], 'a lost notification stays lost: hence the resync');
});

test('a listener that is ended, or cut off for a while, comes back by itself', async (t) => {
  const { proxy, sql, heard, ready } = await start(t);
  let before = ready();
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'octavo-listen'`;
  await until('it listens again', () => ready() > before, 5_000);
  before = ready();
  proxy.cut();
  await assert.rejects(until('it listens', () => ready() > before, 2_000));
  proxy.heal();
  await until('it listens again', () => ready() > before, 5_000);
  await sql.notify('news', 'after');
  await until('it is heard', () => heard.includes('after'));
});

test('no channel is lost, however often the connection is', async (t) => {
  const { proxy, sql, heard, ready } = await start(t);
  for (let round = 1; round <= 20; round++) {
    const before = ready();
    const tries = proxy.refused();
    proxy.cut();
    await until('it has tried in vain', () => proxy.refused() > tries + 1);
    proxy.heal();
    await until('it listens again', () => ready() > before, 5_000);
    await sql.notify('news', String(round));
    await until('it is heard', () => heard.includes(String(round)), 1_000);
  }
});
