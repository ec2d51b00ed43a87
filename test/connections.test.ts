import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { dial, head } from './helpers/raw-http.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

test('connections above MAX_CONNECTIONS are refused, and those that idle make room', async () => {
  await using server = await startServer({ worker: false, env: { MAX_CONNECTIONS: '20' } });
  const livez = head(['GET /livez HTTP/1.1', 'host: x']);
  const answers = async (socket: Socket) => {
    socket.write(livez);
    socket.resume();
    await Promise.race([once(socket, 'data'), once(socket, 'end'), once(socket, 'close')]);
    return socket.bytesRead > 0;
  };

  // Begun and not ended: these are at work.
  const busy = await Promise.all(Array.from({ length: 19 }, () => dial(server.url)));
  for (const socket of busy) socket.write('GET /livez HTTP/1.1\r\n');
  const idle = await dial(server.url);
  assert.ok(await answers(idle), 'the last that there is room for');

  const refused = await dial(server.url);
  assert.ok(!(await answers(refused)), 'one too many');
  await until('the one without work is gone', () => idle.closed || idle.readableEnded);
  const next = await dial(server.url);
  assert.ok(await answers(next), 'its place is free');
  for (const socket of [...busy, idle, refused, next]) socket.destroy();
});
