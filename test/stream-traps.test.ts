import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Hint } from '../server/jobs/live-jobs.ts';
import { transports } from './helpers/client.ts';
import { startServer } from './helpers/server.ts';
import { startSilent } from './helpers/silent-job.ts';
import { until } from './helpers/wait.ts';

for (const transport of transports) {
  test(`who leaves a stream over ${transport} is forgotten at once, though the job is silent`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await startSilent(client);
    const streams = Array.from({ length: 20 }, () => client.watch(transport, id));
    await Promise.all(streams.map((stream) => stream.next()));
    assert.equal(server.services.feeds.size, 1);
    await Promise.all(streams.map(async (stream) => stream.return?.()));
    await until('the feed is gone', () => server.services.feeds.size === 0);
  });

  test(`3,000 changes in one turn do not overflow a reader over ${transport}; it gets the newest`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await startSilent(client);
    const stream = client.watch(transport, id);
    await stream.next();
    const { parseId } = await import('../server/id.ts');
    const [now] = await server.services.read.snapshots([{ id: parseId('job', id) ?? '', after: 0 }]);
    assert.ok(now);
    const { job } = now;
    for (let i = 1; i <= 3_000; i++) {
      const hint: Hint = { ...job, rev: job.rev + i, percent: i / 100, at: job.updatedAt, owner: '' };
      server.services.feeds.hint(JSON.stringify(hint));
    }
    const newest = await stream.next();
    assert.equal(newest.value.data?.jobProgress.job.progress.percent, 30);
    await stream.return?.();
  });

  test(`a failure of ours in the middle of a stream over ${transport} breaks it and does not complete it`, async (t) => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await startSilent(client);
    const stream = client.watch(transport, id);
    await stream.next();
    t.mock.method(server.services.read, 'files', () => Promise.reject(new Error('the database is gone')));
    await client.ask('mutation ($id: ID!) { cancelJob(input: { id: $id }) { userErrors { code } } }', { id });
    await assert.rejects(async () => {
      for await (const { errors } of stream) assert.notEqual(errors?.[0]?.extensions.code, undefined);
    });
  });

  test(`a stream over ${transport} whose source fails is broken, not completed`, async (t) => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    t.mock.method(server.services.read, 'newestUnfinished', () =>
      Promise.reject(new Error('the database is gone')),
    );
    const stream = client.subscribe(transport, 'subscription { jobsProgress { seq } }');
    await assert.rejects(
      async () => {
        for await (const _ of stream);
      },
      // Neither library's error messages: those are the end of an operation, and clients do not come back.
      (reason) => !Array.isArray(reason),
    );
  });
}

test('a syntax error on a WebSocket ends that operation alone', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await startSilent(client);
  const socket = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { ...client.headers },
    retryAttempts: 0,
  });
  const query = 'subscription ($id: ID!) { jobProgress(id: $id) { job { state } } }';
  const good = socket.iterate<{ jobProgress: { job: { state: string } } }>({ query, variables: { id } });
  await good.next();
  const bad = socket.iterate({ query: 'subscription { jobProgress(' });
  await assert.rejects(
    bad.next(),
    (errors: { extensions: { code: string } }[]) => errors[0]?.extensions.code === 'INVALID_INPUT',
  );
  await client.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', { id });
  const next = await good.next();
  assert.equal(next.value?.data?.jobProgress.job.state, 'CANCELED');
  await socket.dispose();
});

test('proxies are told not to hold a stream back', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const abort = new AbortController();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...client.headers },
    body: JSON.stringify({ query: 'subscription { jobsProgress { seq } }' }),
    signal: abort.signal,
  });
  assert.equal(response.headers.get('x-accel-buffering'), 'no');
  assert.match(response.headers.get('cache-control') ?? '', /no-transform/);
  abort.abort();
});
