import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMeter } from '../server/jobs/meter.ts';
import { createPaces } from '../server/jobs/paces.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';
import { bind } from '../server/pdf/registry.ts';

const calls = bind([{ name: 'rotate', options: { degrees: 90 } }]);

test('a pace is sure only after enough phases that took alike, and is shared by all workers', async () => {
  await using server = await startServer({ worker: false });
  const { database, log } = server.services;
  const [one, other] = [createPaces(database.db, log), createPaces(database.db, log)];
  const learnt = async (count: number, ...took: number[]) => {
    for (const ms of took) one.learn(calls, 'range', 1_000, ms);
    await until('all are noted', async () => {
      const rows = await database.sql<{ count: number }[]>`select count from paces`;
      return rows[0]?.count === count;
    });
    await other.refresh();
    return other.of(calls, 'range');
  };
  assert.deepEqual(other.of(calls, 'range'), { factor: 1, sure: false });
  assert.equal((await learnt(4, 2_000, 2_100, 1_900, 2_000)).sure, false);
  const known = await learnt(5, 2_000);
  assert.equal(known.sure, true);
  assert.ok(known.factor > 1.9 && known.factor < 2.1, `${known.factor}`);
  assert.equal((await learnt(7, 20_000, 500)).sure, false);
});

test('the time that is left is known only where the phase and all after it are', () => {
  const meter = createMeter(0);
  meter.phase(1_000, 3_000, false);
  meter.done(0.5);
  assert.equal(meter.remaining, undefined);
  meter.phase(2_000, 1_000, true);
  assert.equal(meter.remaining, 3_000);
  meter.done(0.5);
  assert.equal(meter.remaining, 2_000);
  meter.done(0.25);
  assert.equal(meter.remaining, 2_000);
});
