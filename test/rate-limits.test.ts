import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from './helpers/server.ts';

test('who asks for guest tokens in a loop is told how long to wait, and nobody else is', async () => {
  await using server = await startServer({ worker: false, env: { TRUST_PROXY: 'true' } });
  const ask = (address: string) =>
    fetch(`${server.url}/auth/guest`, {
      method: 'POST',
      headers: { 'x-forwarded-for': `1.1.1.1, ${address}` },
    });
  /** Asks from these addresses in turn until one is refused. */
  const exhaust = async (address: (n: number) => string) => {
    for (let n = 0; n < 100; n += 1) {
      const response = await ask(address(n));
      if (response.status !== 201) return response;
    }
    throw new Error('never refused');
  };

  const refused = await exhaust(() => '192.0.2.1');
  assert.equal(refused.status, 429);
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds >= 1 && seconds <= 6, `${seconds} s`);
  assert.deepEqual(await refused.json(), {
    error: { code: 'RATE_LIMITED', message: `Too many requests in a row. Try again in ${seconds} s.` },
  });
  assert.equal((await ask('::ffff:192.0.2.1')).status, 429);
  assert.equal((await ask('192.0.2.2')).status, 201);

  // One network, however its addresses are written.
  const written = ['2001:db8::1', '2001:0db8:0:0:9::', '2001:db8:0:0:1:2:3:4', '2001:DB8::%eth0'];
  assert.equal((await exhaust((n) => written[n % 4]!)).status, 429);
  assert.equal((await ask('2001:db8:0:1::1')).status, 201);
});
