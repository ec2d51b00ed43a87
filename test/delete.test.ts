import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, type ProgressView, transports } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const remove = (client: Client, id: string) =>
  client.data('mutation ($id: ID!) { deleteJob(input: { id: $id }) { deletedId } }', { id });

for (const transport of transports) {
  for (const state of ['QUEUED', 'RUNNING'] as const) {
    test(`deleting a ${state} job says why and DELETED in the last payload, over ${transport}`, async () => {
      await using server = await startServer({
        worker: state === 'RUNNING',
        slotEntry: new URL('fixtures/slow-range.ts', import.meta.url),
      });
      const client = await server.guest();
      const id = await client.startJob([await client.upload(makePdf({ pages: 400 }))], [{ pageNumbers: {} }]);
      const seen: ProgressView[] = [];
      let asked: Promise<unknown> | undefined;
      for await (const { data } of client.watch(transport, id)) {
        assert.ok(data);
        seen.push(data.jobProgress);
        if (data.jobProgress.job.state === state) asked ??= remove(client, id);
      }
      await asked;
      const last = seen.at(-1);
      assert.deepEqual(
        last?.events.map(({ type }) => type),
        [state === 'QUEUED' ? 'CANCELED' : 'CANCEL_REQUESTED', 'DELETED'],
      );
      assert.equal(await client.job(id), null);
      await until('its slot is free', async () => {
        const [row] = await server.services.database.sql<{ state: string }[]>`select state from jobs`;
        return row?.state === 'CANCELED';
      });
    });
  }
}

for (const transport of transports)
  test(`deleting a finished job says DELETED to who watches all jobs, over ${transport}`, async () => {
    await using server = await startServer();
    const client = await server.guest();
    const id = await client.startJob(
      [await client.upload(makePdf({ pages: 1 }))],
      [{ rotate: { degrees: 90 } }],
    );
    await client.finish(id);
    const stream = client.subscribe<{ jobsProgress: ProgressView }>(
      transport,
      'subscription { jobsProgress { job { id state } events { type } } }',
    );
    // One that waits shows that the stream has begun.
    const seen = new Map<string, ProgressView>();
    const reading = (async () => {
      for await (const { data } of stream) {
        if (data) seen.set(data.jobsProgress.job.id, data.jobsProgress);
        if (data?.jobsProgress.job.id === id) return;
      }
    })();
    const other = await client.startJob(
      [await client.upload(makePdf({ pages: 1 }))],
      [{ rotate: { degrees: 90 } }],
    );
    await until('the stream has begun', () => seen.has(other));
    assert.deepEqual(await remove(client, id), { deleteJob: { deletedId: id } });
    await reading;
    assert.equal(seen.get(id)?.events.at(-1)?.type, 'DELETED');
    assert.equal(await client.job(id), null);
  });

test('a finished job that is deleted is gone for everyone, also for a second deletion', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  await client.finish(id);
  assert.deepEqual(await remove(client, id), { deleteJob: { deletedId: id } });
  assert.equal(await client.job(id), null);
  assert.deepEqual(await remove(client, id), { deleteJob: { deletedId: null } });
});
