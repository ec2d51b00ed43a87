import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAttempts } from '../server/jobs/attempt.ts';
import { type Client, type Transport, transports } from './helpers/client.ts';
import { startServer } from './helpers/server.ts';
import { startSilent } from './helpers/silent-job.ts';
import { until } from './helpers/wait.ts';

interface Payload {
  seq: number;
  job: { id: string; state: string; queuePosition: number | null };
  events: { seq: number }[];
}

const fields = '{ seq job { id state queuePosition } events { seq } }';
const cancelMutation = 'mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }';

/** Collects the payloads of one job until `stop`, as `state place` and the number of timeline entries that came along. */
function follow(client: Client, transport: Transport, id: string) {
  const seen: string[] = [];
  const stream = client.subscribe<{ jobProgress: Payload }>(
    transport,
    `subscription ($id: ID!) { jobProgress(id: $id) ${fields} }`,
    { id },
  );
  const ended = (async () => {
    for await (const { data } of stream) {
      const { job, events } = data!.jobProgress;
      seen.push(`${job.state} ${job.queuePosition} +${events.length}`);
    }
  })();
  return { seen, stop: () => stream.return?.().then(() => ended) };
}

test('who watches a job that waits is told its place whenever it changes, and all by one query', async (t) => {
  await using server = await startServer({ worker: false });
  const { read, database, queue } = server.services;
  const client = await server.guest();
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push(await startSilent(client));
  const [first, second, , last] = ids as [string, string, string, string];
  const streams = [...transports, ...transports].map((transport) => follow(client, transport, last));
  const all = (length: number) =>
    until(`there are ${length} payloads`, () => streams.every(({ seen }) => seen.length === length), 5_000);
  await all(1);
  const asked = t.mock.method(read, 'places').mock;

  await client.data(cancelMutation, { id: second });
  await all(2);
  const attempts = createAttempts(database.db, queue, 24);
  assert.ok(await attempts.claim(() => {}));
  await all(3);
  await client.data(cancelMutation, { id: first });
  assert.ok(await attempts.claim(() => {}));
  await all(4);
  assert.ok(await attempts.claim(() => {}));
  await all(5);
  for (const { seen, stop } of streams) {
    assert.deepEqual(seen, ['QUEUED 4 +1', 'QUEUED 3 +0', 'QUEUED 2 +0', 'QUEUED 1 +0', 'RUNNING null +1']);
    await stop();
  }
  // One a second, whoever watches.
  assert.ok(asked.callCount() < 10, `${asked.callCount()} queries`);
  assert.ok(asked.calls.every((call) => call.arguments[0].length === 1));
});

for (const transport of transports)
  test(`jobsProgress over ${transport} tells the places of all jobs that wait`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const ids = [await startSilent(client), await startSilent(client), await startSilent(client)];
    const places = new Map<string, (number | null)[]>();
    const stream = client.subscribe<{ jobsProgress: Payload }>(
      transport,
      `subscription { jobsProgress ${fields} }`,
    );
    const reading = (async () => {
      for await (const { data } of stream) {
        const { id, queuePosition } = data!.jobsProgress.job;
        places.set(id, [...(places.get(id) ?? []), queuePosition]);
      }
    })();
    await until('all are there', () => places.size === 3);
    await client.data(cancelMutation, { id: ids[0] });
    await until('they move up', () => places.get(ids[2]!)?.length === 2, 5_000);
    assert.deepEqual(
      ids.map((id) => places.get(id)),
      [
        [1, null],
        [2, 1],
        [3, 2],
      ],
    );
    await stream.return?.();
    await reading;
  });
