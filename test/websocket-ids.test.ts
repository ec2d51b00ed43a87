import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

test('a WebSocket that uses one id again and again leaves no stream behind', async () => {
  await using server = await startServer({ worker: false });
  const { token } = await server.guest();
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => socket.send(JSON.stringify(message));
  await once(socket, 'open');
  say({ type: 'connection_init', payload: { authorization: token } });
  await once(socket, 'message');
  const subscribe = {
    id: 'same',
    type: 'subscribe',
    payload: { query: 'subscription { jobsProgress { seq } }' },
  };
  say(subscribe);
  // These arrive together: each ends the one before while that is still being set up.
  for (let i = 0; i < 50; i++) {
    say({ id: 'same', type: 'complete' });
    say(subscribe);
  }
  await until('it subscribes', () => server.services.feeds.size > 0);
  socket.close();
  await until('all streams have ended', () => server.services.feeds.size === 0, 5_000);
});
