import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sendRaw } from './helpers/raw-http.ts';
import { startServer } from './helpers/server.ts';

const server = await startServer({ worker: false });
after(() => server[Symbol.asyncDispose]());

const cases: [string, string[], string, number][] = [
  ['no HTTP', ['NONSENSE'], '', 400],
  ['a header line that is none', ['GET /livez HTTP/1.1', 'host: x', 'nonsense'], '', 400],
  ['no Host', ['GET /livez HTTP/1.1'], '', 400],
  ['a Host with a path in it', ['GET /graphql HTTP/1.1', 'host: x/livez?'], '', 400],
  ['a Host that is none', ['GET /graphql HTTP/1.1', 'host: ['], '', 400],
  ['an address of another scheme', ['GET ftp://x/livez HTTP/1.1', 'host: x'], '', 400],
  [
    'a chunk that is none',
    ['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json', 'transfer-encoding: chunked'],
    'zz\r\n',
    400,
  ],
  ['headers of 100 KB', ['GET /livez HTTP/1.1', 'host: x', `x: ${'a'.repeat(100_000)}`], '', 431],
  ['headers of 20 MB', ['GET /livez HTTP/1.1', 'host: x', `x: ${'a'.repeat(20_000_000)}`], '', 431],
];
for (const [what, [line = '', ...fields], body, status] of cases)
  test(`${what} is answered with ${status}, whole, and the connection ended`, async () => {
    const answer = await sendRaw(server.url, [line, 'connection: close', ...fields], body);
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get('connection'), 'close');
  });

test('a refusal on a connection that speaks no HTTP is JSON as any other', async () => {
  const { headers, body } = await sendRaw(server.url, ['NONSENSE']);
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(Number(headers.get('content-length')), body.length);
  assert.equal((JSON.parse(body) as { error: { code: string } }).error.code, 'INVALID_INPUT');
});
