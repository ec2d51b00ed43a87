import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneAtATime } from '../server/db/one-at-a-time.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

test('works of a key follow each other, whatever became of the one before; those of others do not wait', async () => {
  const inTurn = oneAtATime();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = inTurn('a', async () => {
    order.push('a1');
    await gate.promise;
    throw new Error('failed');
  });
  const second = inTurn('a', async () => order.push('a2'));
  await inTurn('b', async () => order.push('b1'));
  assert.deepEqual(order, ['a1', 'b1']);
  gate.resolve();
  await assert.rejects(first, /failed/);
  await second;
  assert.deepEqual(order, ['a1', 'b1', 'a2']);
});

test('a burst of jobs by one owner leaves connections of the database to the others', async () => {
  await using server = await startServer({ worker: false });
  const [greedy, other] = [await server.guest(), await server.guest()];
  const file = await greedy.upload(makePdf({ pages: 1 }));
  const { sql } = server.services.database;
  let burst: Promise<unknown> = Promise.resolve();
  // As a long creation would: the owner's rows are locked, and all that the burst does waits for them.
  await sql.begin(async (tx) => {
    await tx`select from files for update`;
    burst = Promise.all(
      Array.from({ length: 40 }, () => greedy.startJob([file], [{ rotate: { degrees: 90 } }])),
    );
    const { jobs } = await other.data<{ jobs: { totalCount: number } }>('{ jobs { totalCount } }');
    assert.equal(jobs.totalCount, 0);
  });
  await burst;
});
