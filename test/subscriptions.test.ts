import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type Client, type ProgressView, type Transport, transports } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

for (const transport of transports) {
  test(`jobProgress over ${transport}: the present state, every milestone once in order, then the end`, async () => {
    await using server = await startServer();
    const client = await server.guest();
    const file = await client.upload(makePdf({ pages: 300 }));
    const id = await client.startJob([file], [{ rotate: { degrees: 90 } }, { pageNumbers: {} }]);
    const payloads = await collect(client, transport, id);
    checkStream(payloads, 0);
    assert.equal(payloads.at(-1)?.job.state, 'COMPLETED');
    assert.equal(payloads.at(-1)?.job.progress.percent, 100);
    assert.equal(payloads.at(-1)?.job.outputs.length, 1);
    for (const payload of payloads.slice(0, -1)) assert.deepEqual(payload.job.outputs, []);
  });

  test(`jobProgress over ${transport} of a finished job: one payload, then the end`, async () => {
    await using server = await startServer();
    const client = await server.guest();
    const id = await client.startJob(
      [await client.upload(makePdf({ pages: 1 }))],
      [{ rotate: { degrees: 90 } }],
    );
    const { seq } = await client.finish(id);
    const all = await collect(client, transport, id);
    assert.equal(all.length, 1);
    checkStream(all, 0);
    const [rest] = await collect(client, transport, id, 3);
    assert.deepEqual(
      rest?.events.map((event) => event.seq),
      Array.from({ length: seq - 3 }, (_, i) => i + 4),
    );
    const [none] = await collect(client, transport, id, seq + 10);
    assert.deepEqual(none?.events, []);
    assert.equal(none?.seq, seq);
  });

  test(`jobProgress over ${transport} refuses a negative cursor and what does not exist`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await client.startJob(
      [await client.upload(makePdf({ pages: 1 }))],
      [{ rotate: { degrees: 90 } }],
    );
    assert.equal(await firstError(client.watch(transport, id, -1)), 'INVALID_INPUT');
    assert.equal(
      await firstError(client.watch(transport, 'job_0123456789abcdef0123456789abcdef')),
      'NOT_FOUND',
    );
    assert.equal(await firstError(client.watch(transport, 'nonsense')), 'NOT_FOUND');
  });

  test(`jobProgress over ${transport} says DELETED and ends when the job is deleted`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await client.startJob(
      [await client.upload(makePdf({ pages: 1 }))],
      [{ rotate: { degrees: 90 } }],
    );
    const seen: ProgressView[] = [];
    for await (const { data } of client.watch(transport, id)) {
      assert.ok(data);
      seen.push(data.jobProgress);
      if (seen.length === 1)
        await client.data('mutation ($id: ID!) { deleteJob(input: { id: $id }) { deletedId } }', { id });
    }
    assert.ok(seen.at(-1)?.events.some((event) => event.type === 'DELETED' || event.type === 'CANCELED'));
    assert.equal(await client.job(id), null);
  });

  test(`jobsProgress over ${transport}: the unfinished, then every change, new jobs included`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const file = await client.upload(makePdf({ pages: 2 }));
    const rotate = [{ rotate: { degrees: 90 } }];
    const first = await client.startJob([file], rotate);
    const seen = new Map<string, ProgressView[]>();
    const stream = client.subscribe<{ jobsProgress: ProgressView }>(
      transport,
      'subscription { jobsProgress { seq job { id state seq progress { percent } } events { seq type } } }',
    );
    let second = '';
    const reading = (async () => {
      for await (const { data } of stream) {
        const update = data?.jobsProgress;
        assert.ok(update);
        seen.set(update.job.id, [...(seen.get(update.job.id) ?? []), update]);
        if (seen.get(second)?.at(-1)?.job.state === 'CANCELED') break;
      }
    })();
    await until('the unfinished job is there', () => seen.has(first));
    second = await client.startJob([file], rotate);
    await until('the new job is there', () => seen.has(second));
    await client.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', {
      id: second,
    });
    await reading;
    for (const payloads of seen.values())
      assert.deepEqual(
        payloads.flatMap((payload) => payload.events.map((event) => event.seq)),
        Array.from({ length: payloads.at(-1)?.seq ?? 0 }, (_, i) => i + 1),
      );
  });
}

test('over SSE, who comes back with the id of the last event hears nothing twice', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 2 }))],
    [{ rotate: { degrees: 90 } }],
  );
  const { seq } = await client.finish(id);
  const hear = async (lastEventId: string | undefined, after = 0) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        ...client.headers,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      body: JSON.stringify({
        query:
          'subscription ($id: ID!, $after: Int) { jobProgress(id: $id, after: $after) { events { seq } } }',
        variables: { id, after },
      }),
    });
    const [, data = '', eventId] =
      /^event: next\ndata: (.*)\nid: (\d+)\n\nevent: complete$/m.exec(await response.text()) ?? [];
    assert.equal(eventId, String(seq));
    const { jobProgress } = (JSON.parse(data) as Answer<{ jobProgress: ProgressView }>).data ?? {};
    return jobProgress?.events.map((event) => event.seq);
  };
  const from = (first: number) => Array.from({ length: seq - first + 1 }, (_, i) => first + i);
  assert.deepEqual(await hear(undefined), from(1));
  assert.deepEqual(await hear('3'), from(4));
  assert.deepEqual(await hear('3', 5), from(6));
  assert.deepEqual(await hear('5', 3), from(6));
  assert.deepEqual(await hear(String(seq)), []);
  for (const nonsense of ['', '-3', '3x', '9'.repeat(30)]) assert.deepEqual(await hear(nonsense), from(1));
});

test('two subscribers of one job, one on each transport, see the same timeline', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 200 }));
  const id = await client.startJob([file], [{ pageNumbers: {} }]);
  const [sse, ws] = await Promise.all(transports.map((transport) => collect(client, transport, id)));
  const timeline = (payloads: ProgressView[] = []) => payloads.flatMap((payload) => payload.events);
  assert.deepEqual(timeline(sse), timeline(ws));
  await until('the feed is gone with its last subscriber', () => server.services.feeds.size === 0);
});

async function collect(client: Client, transport: Transport, id: string, after = 0): Promise<ProgressView[]> {
  const payloads: ProgressView[] = [];
  for await (const { data, errors } of client.watch(transport, id, after)) {
    assert.equal(errors, undefined, JSON.stringify(errors));
    assert.ok(data);
    payloads.push(data.jobProgress);
  }
  return payloads;
}

/** The rules that every stream keeps. */
function checkStream(payloads: ProgressView[], after: number) {
  let seq = after;
  let percent = 0;
  for (const payload of payloads) {
    for (const event of payload.events) assert.equal(event.seq, ++seq, 'the timeline has a hole or a double');
    assert.equal(payload.seq, seq);
    assert.equal(payload.job.seq, seq);
    assert.ok(payload.job.progress.percent >= percent, 'the bar went back');
    percent = payload.job.progress.percent;
    if (percent === 100) assert.equal(payload.job.state, 'COMPLETED');
  }
}

async function firstError(stream: AsyncIterable<Answer<unknown>>): Promise<string | undefined> {
  try {
    for await (const { errors } of stream) return errors?.[0]?.extensions.code;
  } catch (error) {
    // graphql-ws hands the errors of a refused operation over as the rejection.
    return (error as { extensions: { code: string } }[])[0]?.extensions.code;
  }
  return undefined;
}
