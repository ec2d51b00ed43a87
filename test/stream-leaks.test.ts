import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { transports } from './helpers/client.ts';
import { heapUsed } from './helpers/heap.ts';
import { startServer } from './helpers/server.ts';
import { seedSilent } from './helpers/silent-job.ts';
import { subscribe, type Subscriber } from './helpers/subscriber.ts';
import { until } from './helpers/wait.ts';

const query = 'subscription ($id: ID!) { jobProgress(id: $id) { seq job { id } } }';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

for (const transport of transports)
  test(`10,000 who come and go over ${transport}, politely or not, leave nothing behind`, async (t) => {
    await using server = await startServer({ worker: false, env: { MAX_SUBSCRIPTIONS: '10000' } });
    const client = await server.guest();
    const viewer = await server.services.tokens.verify(client.token ?? '');
    const ids = await seedSilent(server.services, viewer, 50);
    const { url, token } = client;

    /** Subscribes `count` times; a third leaves as the protocol has it, a third is cut, a third is cut before any answer. */
    async function comeAndGo(count: number) {
      const open = new Set<Promise<unknown>>();
      for (let i = 0; i < count; i++) {
        const way = i % 3;
        const stream: Subscriber = subscribe(
          transport,
          { url, token, query, variables: { id: ids[i % ids.length] } },
          () => (way === 0 ? stream.leave() : stream.drop()),
        );
        if (way === 2) setTimeout(stream.drop, i % 20);
        const ended: Promise<unknown> = stream.ended.then(() => open.delete(ended));
        open.add(ended);
        if (open.size >= 50) await Promise.race(open);
      }
      await Promise.all(open);
      await until('all feeds are gone', () => server.services.feeds.size === 0);
      await until('all sockets are gone', () => sockets() <= idle.sockets);
      await turn();
    }

    const idle = { sockets: sockets() };
    await comeAndGo(1_000);
    const before = { timers: timers(), heap: heapUsed() };
    await comeAndGo(10_000);
    await until('all timers are gone', () => timers() <= before.timers);
    const grown = heapUsed() - before.heap;
    t.diagnostic(`heap ${(grown / 1e6).toFixed(2)} MB more after 10,000 subscriptions`);
    assert.ok(grown < 4e6, `${grown / 10_000} bytes more for each`);
  });
