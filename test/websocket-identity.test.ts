import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { startServer } from './helpers/server.ts';

const server = await startServer({ worker: false });
after(() => server[Symbol.asyncDispose]());
const { token } = await server.guest();
const expired = await server.services.tokens.sign({ subject: 'late' }, -60);

/** Opens a WebSocket: 'connection_ack', or how it was closed. */
async function open(payload: unknown, headers: Record<string, string> = {}): Promise<string> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on('message', (data: Buffer) => resolve((JSON.parse(data.toString()) as { type: string }).type));
  socket.on('close', (code, reason) => resolve(`${code} ${reason.toString()}`));
  return promise.finally(() => socket.close());
}

const welcome: [string, unknown, Record<string, string>?][] = [
  ['"authorization" with "Bearer"', { authorization: `Bearer ${token}` }],
  ['"Authorization"', { Authorization: `Bearer ${token}` }],
  ['"AUTHORIZATION" with "bearer"', { AUTHORIZATION: `bearer ${token}` }],
  ['a bare token', { authorization: token }],
  ['the header of the upgrade and no payload', undefined, { authorization: `Bearer ${token}` }],
  ['the header of the upgrade and another payload', { client: 'x' }, { authorization: `Bearer ${token}` }],
  ['a payload that beats the header', { authorization: token }, { authorization: 'Bearer nonsense' }],
];
for (const [what, payload, headers] of welcome)
  test(`a WebSocket is identified by ${what}`, async () => {
    assert.equal(await open(payload, headers), 'connection_ack');
  });

const refused: [string, unknown, RegExp][] = [
  ['without a payload', undefined, /^4403 Send .*connection_init/],
  ['without a token', { authorization: 'Bearer ' }, /^4403 Send .*connection_init/],
  ['with a token that is none', { authorization: 'Bearer nonsense' }, /^4403 .*not valid/],
  ['with something else than a text', { authorization: { toString: 1 } }, /^4403 Send .*connection_init/],
  ['with an expired token', { authorization: expired.token }, /^4403 .*expired/],
];
for (const [what, payload, close] of refused)
  test(`a WebSocket ${what} is closed with 4403, and told why`, async () => {
    assert.match(await open(payload), close);
  });
