import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { dial, head, hearOut } from './helpers/raw-http.ts';
import { startServer } from './helpers/server.ts';

const server = await startServer({ worker: false });
after(() => server[Symbol.asyncDispose]());
const client = await server.guest();

const protectedBy: [string, string, RequestInit][] = [
  ['a file', '/files/file_0123456789abcdef0123456789abcdef', {}],
  ['an upload', '/files', { method: 'POST', body: 'x' }],
  ['a resumable upload', '/uploads', { method: 'POST', headers: { 'tus-resumable': '1.0.0' } }],
  ['an archive', '/jobs/job_0123456789abcdef0123456789abcdef/archive', {}],
];
for (const [what, path, init] of protectedBy)
  test(`${what} without a token is 401 with a challenge, which tells a bad token from none`, async () => {
    for (const [authorization, challenge] of [
      [undefined, 'Bearer realm="Octavo"'],
      ['Bearer nonsense', 'Bearer realm="Octavo", error="invalid_token"'],
      ['Basic eDp5', 'Bearer realm="Octavo", error="invalid_token"'],
    ] as const) {
      const headers = {
        ...(init.headers as Record<string, string>),
        ...(authorization ? { authorization } : {}),
      };
      const response = await fetch(server.url + path, { ...init, headers });
      await response.arrayBuffer();
      assert.deepEqual([response.status, response.headers.get('www-authenticate')], [401, challenge]);
    }
  });

test('so is an operation with a bad token', async () => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer nonsense' },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  await response.arrayBuffer();
  assert.equal(response.status, 401);
  assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="Octavo", error="invalid_token"');
});

const speechless: [string, Record<string, string>, number, RegExp][] = [
  [
    'an answer in another type than there is',
    { accept: 'image/png', 'content-type': 'application/json' },
    406,
    /Accept/,
  ],
  [
    'an operation in another type than JSON',
    { 'content-type': 'text/html' },
    415,
    /Content-Type: application\/json/,
  ],
];
for (const [what, headers, status, sentence] of speechless)
  test(`${what} is ${status} with a sentence`, async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
    assert.equal(response.status, status);
    const { errors } = (await response.json()) as {
      errors: { message: string; extensions: { code: string } }[];
    };
    assert.match(errors[0]?.message ?? '', sentence);
    assert.equal(errors[0]?.extensions.code, 'INVALID_INPUT');
  });

const large = 50_000_000;
const unread: [string, string[], string, number][] = [
  ['without a token', [], '', 401],
  [
    'of something that is no PDF',
    [`authorization: Bearer ${client.token}`],
    'Dear Sir or Madam,\n'.repeat(100),
    415,
  ],
];
for (const [what, fields, start, status] of unread)
  test(`an upload ${what} is answered, though its client sends all of it before it listens`, async () => {
    const socket = await dial(server.url);
    const failed = once(socket, 'error').then(([error]) => assert.fail(error as Error));
    socket.pause();
    socket.write(head(['POST /files HTTP/1.1', 'host: x', `content-length: ${large}`, ...fields]) + start);
    const rest = Buffer.alloc(1_000_000);
    for (let sent = start.length; sent < large; sent += rest.length)
      await new Promise((done) => socket.write(rest.subarray(0, large - sent), done));
    const answer = await Promise.race([hearOut(socket.resume()), failed]);
    assert.equal(answer.status, status);
    assert.match(answer.body, /"error"/);
  });

test('what comes after such a refusal is not waited for without end', async () => {
  const socket = await dial(server.url);
  socket.write(head(['POST /files HTTP/1.1', 'host: x', `content-length: ${large}`]));
  const began = performance.now();
  assert.equal((await hearOut(socket)).status, 401);
  assert.ok(performance.now() - began < 8_000);
  assert.equal((await client.post(makePdf({ pages: 1 }))).status, 201);
});
