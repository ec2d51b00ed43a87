import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, transports } from './helpers/client.ts';
import { startRole } from './helpers/process.ts';
import { startServer } from './helpers/server.ts';
import { startSilent } from './helpers/silent-job.ts';
import { type End, subscribe } from './helpers/subscriber.ts';
import { until } from './helpers/wait.ts';

const query = 'subscription ($id: ID!) { jobProgress(id: $id) { seq } }';

for (const transport of transports) {
  test(`when its token ends, a stream over ${transport} ends with the code for that`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await startSilent(client);
    const { subject } = await server.services.tokens.verify(client.token ?? '');
    // Good for two seconds yet, with the skew that is allowed.
    const { token } = await server.services.tokens.sign({ subject }, -3);
    let payloads = 0;
    const stream = subscribe(
      transport,
      { url: server.url, token, query, variables: { id } },
      () => payloads++,
    );
    const end: End = { completed: false, code: transport === 'ws' ? 4403 : 200 };
    assert.deepEqual(await stream.ended, end);
    assert.equal(payloads, 1);
    await until('the feed is gone', () => server.services.feeds.size === 0);
  });

  test(`one subscription too many over ${transport} is refused with LIMIT_EXCEEDED, until another has ended`, async () => {
    await using server = await startServer({ worker: false, env: { MAX_SUBSCRIPTIONS: '3' } });
    const client = await server.guest();
    const id = await startSilent(client);
    const { url, token } = client;
    let answers = 0;
    const [first, ...others] = Array.from({ length: 3 }, () =>
      subscribe(transport, { url, token, query, variables: { id } }, () => answers++),
    );
    await until('all three are there', () => answers === 3);
    const refusals: unknown[] = [];
    const attempt = (wish: string) =>
      subscribe(transport, { url, token, query: wish, variables: { id } }, ({ errors }) =>
        refusals.push(errors?.[0]?.extensions.code),
      );
    assert.deepEqual(await attempt(query).ended, { completed: true });
    assert.deepEqual(await attempt('subscription { jobsProgress { seq } }').ended, { completed: true });
    assert.deepEqual(refusals, ['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
    const neighbour = await server.guest();
    await neighbour.subscribe(transport, 'subscription { jobsProgress { seq } }').return?.();
    first?.drop();
    await until('there is room again', async () => {
      const stream = client.watch(transport, id);
      const { value } = await stream.next().catch(() => ({ value: undefined }));
      await stream.return?.();
      return value?.data?.jobProgress;
    });
    for (const stream of others) stream.leave();
  });

  test(`a web process that stops breaks its streams over ${transport}, and waits for none that is deaf`, async () => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const id = await startSilent(client);
    const web = await startRole({ ...server.env, ROLE: 'web' });
    const { url, token } = new Client(/http:\S+/.exec(web.ready)?.[0] ?? '', client.token);
    let payloads = 0;
    const open = () => subscribe(transport, { url, token, query, variables: { id } }, () => payloads++);
    const [listening, deaf] = [open(), open()];
    await until('both are subscribed', () => payloads === 2);
    deaf.pause();
    const began = performance.now();
    let listenedMs = 0;
    void listening.ended.then(() => (listenedMs = performance.now() - began));
    assert.equal(await web.stop('SIGTERM'), 0);
    const tookMs = performance.now() - began;
    assert.ok(tookMs < 8_000, `stopped after ${tookMs} ms`);
    const end: End = { completed: false, code: transport === 'ws' ? 1001 : 200 };
    assert.deepEqual(await listening.ended, end);
    assert.ok(listenedMs < 4_000, `ended after ${listenedMs} ms, not only with the last patience of 5 s`);
    deaf.drop();
  });
}
