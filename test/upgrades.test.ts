import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { dial, head, hearOut, sendRaw } from './helpers/raw-http.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const server = await startServer({ worker: false, env: { CORS_ORIGINS: 'https://named.example' } });
after(() => server[Symbol.asyncDispose]());

/** A WebSocket's opening, with one thing or another about it changed. */
function opening(path: string, changed: Record<string, string | undefined> = {}): string[] {
  const fields = {
    host: new URL(server.url).host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': 'graphql-transport-ws',
    ...changed,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  return [`GET ${path} HTTP/1.1`, ...lines];
}

const unheard: Record<string, string[]> = {
  'to nowhere': opening('/nowhere'),
  'to the page': opening('/'),
  'to /graphql from a foreign page': opening('/graphql', { origin: 'http://evil.example' }),
  'to /graphql without a key': opening('/graphql', { 'sec-websocket-key': undefined }),
  'to /graphql': opening('/graphql'),
  'to HTTP/2': opening('/', { upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' }),
  'to a tunnel': ['CONNECT example.org:443 HTTP/1.1', 'host: example.org'],
  'to nothing known': ['NONSENSE'],
};

for (const [what, lines] of Object.entries(unheard))
  test(`an upgrade ${what} that is reset, at once or after the answer, ends nothing`, async () => {
    const ended = Array.from({ length: 30 }, async (_, i) => {
      const socket = await dial(server.url);
      socket.write(head(lines));
      if (i % 3 === 1) await turn();
      if (i % 3 === 2) await once(socket, 'data');
      socket.resetAndDestroy();
    });
    await Promise.all(ended);
    const alive = await fetch(`${server.url}/livez`);
    assert.equal(alive.status, 200);
    await alive.arrayBuffer();
  });

for (const protocol of ['h2c', 'TLS/1.2', 'websocket, h2c'])
  test(`a request that offers ${protocol} as well is answered as if it did not`, async () => {
    const offer = {
      upgrade: protocol,
      connection: 'Upgrade, HTTP2-Settings',
      'http2-settings': 'AAMAAABkAAQAAP__',
    };
    const read = await sendRaw(server.url, [...opening('/livez', offer), 'connection: close']);
    assert.equal(read.status, 200);
    assert.match(read.body, /"live":true/);
    const query = JSON.stringify({ query: '{ __typename }' });
    const [, ...fields] = opening('/graphql', offer);
    const asked = await sendRaw(
      server.url,
      [
        'POST /graphql HTTP/1.1',
        ...fields,
        'content-type: application/json',
        `content-length: ${query.length}`,
        'connection: close',
      ],
      query,
    );
    assert.deepEqual([asked.status, asked.body], [200, '{"data":{"__typename":"Query"}}']);
  });

const refusals: [string, string[], number][] = [
  ['of a foreign page', opening('/graphql', { origin: 'http://evil.example' }), 403],
  ['of a page that hides its origin', opening('/graphql', { origin: 'null' }), 403],
  ['of another version', opening('/graphql', { 'sec-websocket-version': '9' }), 400],
  ['with a key that is none', opening('/graphql', { 'sec-websocket-key': 'x' }), 400],
  ['that is a tunnel', ['CONNECT example.org:443 HTTP/1.1', 'host: example.org'], 405],
];
for (const [what, lines, status] of refusals)
  test(`an upgrade ${what} is refused in HTTP and the connection ended, though its other half stays open`, async () => {
    const { status: found, headers, body } = await sendRaw(server.url, lines);
    assert.equal(found, status);
    assert.equal(headers.get('connection'), 'close');
    assert.equal(Number(headers.get('content-length')), body.length);
    const { error } = JSON.parse(body) as { error: { code: string; message: string } };
    assert.equal(error.code, 'INVALID_INPUT');
    assert.match(error.message, /\.$/);
  });

test('an upgrade that is refused leaves no socket behind, though the client keeps its half open', async () => {
  const socket = await dial(server.url);
  const port = socket.localPort;
  const open = () =>
    (process as unknown as { _getActiveHandles(): { remotePort?: number }[] })
      ._getActiveHandles()
      .some(({ remotePort }) => remotePort === port);
  assert.ok(open());
  socket.write(head(opening('/graphql', { origin: 'null' })));
  socket.resume();
  await until('the server let go of it', () => !open());
  socket.destroy();
});

for (const origin of [undefined, server.url, 'https://named.example'])
  test(`a WebSocket from ${origin === server.url ? 'our own page' : (origin ?? 'a program')} is let in`, async () => {
    const socket = await dial(server.url);
    socket.write(head(opening('/graphql', { origin })));
    socket.once('data', () => socket.end());
    assert.equal((await hearOut(socket)).status, 101);
  });
