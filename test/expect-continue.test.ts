import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { dial, head } from './helpers/raw-http.ts';
import { startServer } from './helpers/server.ts';

const server = await startServer({ worker: false, env: { MAX_FILE_BYTES: '100000' } });
after(() => server[Symbol.asyncDispose]());
const client = await server.guest();
const identity = `authorization: Bearer ${client.token}`;
const pdf = makePdf({ pages: 2 });
const expecting = (line: string, length: number, ...fields: string[]) =>
  head([line, 'host: x', 'expect: 100-continue', `content-length: ${length}`, ...fields]);

const refused: [string, string, RegExp][] = [
  ['without a token', expecting('POST /files HTTP/1.1', pdf.length), /^HTTP\/1.1 401 /],
  ['that is too large', expecting('POST /files HTTP/1.1', 100_001, identity), /^HTTP\/1.1 413 /],
  [
    'of a form',
    expecting('POST /files HTTP/1.1', 100, identity, 'content-type: multipart/form-data'),
    /^HTTP\/1.1 415 /,
  ],
  ['to nowhere', expecting('POST /files/x HTTP/1.1', 100, identity), /^HTTP\/1.1 405 /],
  [
    'to a resumable upload of another',
    expecting('PATCH /uploads/x HTTP/1.1', 100, identity, 'tus-resumable: 1.0.0', 'upload-offset: 0'),
    /^HTTP\/1.1 404 /,
  ],
];
for (const [what, request, status] of refused)
  test(`a client that asks before it sends hears the refusal of an upload ${what} at once, and no 100`, async () => {
    const socket = await dial(server.url);
    socket.write(request);
    const [first] = (await once(socket.setEncoding('latin1'), 'data')) as [string];
    assert.match(first, status);
    socket.destroy();
  });

test('a client that resets its connection at such a refusal ends nothing', async () => {
  const socket = await dial(server.url);
  socket.write(expecting('POST /files HTTP/1.1', 100_001, identity));
  await once(socket, 'data');
  socket.resetAndDestroy();
  assert.equal((await client.post(pdf)).status, 201);
});

test('a client that asks before it sends is told to go on, and then answered', async () => {
  const socket = await dial(server.url);
  socket.setEncoding('latin1').write(expecting('POST /files?name=a.pdf HTTP/1.1', pdf.length, identity));
  assert.deepEqual(await once(socket, 'data'), ['HTTP/1.1 100 Continue\r\n\r\n']);
  socket.write(pdf);
  const [answer] = (await once(socket, 'data')) as [string];
  assert.match(answer, /^HTTP\/1.1 201 /);
  socket.destroy();
});

test('so it is with an operation', async () => {
  const socket = await dial(server.url);
  const query = JSON.stringify({ query: '{ __typename }' });
  const type = 'content-type: application/json';
  socket.setEncoding('latin1').write(expecting('POST /graphql HTTP/1.1', query.length, type));
  assert.deepEqual(await once(socket, 'data'), ['HTTP/1.1 100 Continue\r\n\r\n']);
  socket.write(query);
  const [answer] = (await once(socket, 'data')) as [string];
  assert.match(answer, /^HTTP\/1.1 200 /);
  socket.destroy();
});
