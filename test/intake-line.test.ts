import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

/** Each takes a slot six seconds to look at, see the fixture. */
const heavy = makePdf({ pages: 1, text: () => 'x'.repeat(200_000) });
const start = () =>
  startServer({ worker: false, intakeEntry: new URL('fixtures/slow-look.ts', import.meta.url) });

const filesIn = (folder: string) => readdir(folder, { recursive: true }).catch(() => []);
const stored = (server: TestServer) => filesIn(join(server.services.config.DATA_DIR, 'files/uploads'));

/** One of them is in a slot, the others wait. */
async function untilAllAreThere(server: TestServer, count: number) {
  await until('the files are stored', async () => (await stored(server)).length === count);
  const slots = join(server.services.config.DATA_DIR, 'intake');
  await until('a slot looks at one', async () => {
    const inputs = (await filesIn(slots)).filter((path) => path.endsWith('in/0'));
    const sizes = await Promise.all(inputs.map((path) => stat(join(slots, path)).catch(() => undefined)));
    return sizes.some((found) => found?.size === heavy.length);
  });
}

test('an upload does not wait for another owner’s, however many and slow they are', async () => {
  await using server = await start();
  const [busy, other] = [await server.guest(), await server.guest()];
  const gone = new AbortController();
  const answered: string[] = [];
  const all = Array.from({ length: 4 }, async () => {
    await fetch(`${server.url}/files`, {
      method: 'POST',
      headers: busy.headers,
      body: new Uint8Array(heavy),
      signal: gone.signal,
    });
    answered.push('busy');
  });
  await untilAllAreThere(server, all.length);
  await other.upload(makePdf({ pages: 1 }));
  assert.deepEqual(answered, []);

  // Who goes away leaves the line, and the slot: else the last would have its look in 18 s.
  gone.abort();
  await Promise.allSettled(all);
  await until('nothing of them is left', async () => (await stored(server)).length === 1, 5_000);
  await busy.upload(makePdf({ pages: 1 }));
});
