import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sendRaw } from './helpers/raw-http.ts';
import { startServer } from './helpers/server.ts';

const server = await startServer({ worker: false });
after(() => server[Symbol.asyncDispose]());
const { headers: authorized } = await server.guest();

const allowed: [string, string][] = [
  ['/graphql', 'GET, POST'],
  ['/files', 'POST'],
  ['/files/file_0', 'GET, HEAD'],
  ['/files/file_0/thumbnail', 'GET, HEAD'],
  ['/jobs/job_0/archive', 'GET, HEAD'],
  ['/auth/guest', 'POST'],
  ['/livez', 'GET, HEAD'],
  ['/readyz', 'GET, HEAD'],
  ['/', 'GET, HEAD'],
];
for (const [path, allow] of allowed)
  test(`${path} refuses other methods than ${allow} with 405 and tells them, and OPTIONS tells them too`, async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const response = await fetch(server.url + path, { method, headers: authorized });
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      assert.deepEqual([response.status, response.headers.get('allow')], [405, allow]);
      assert.deepEqual(error, { code: 'INVALID_INPUT', message: `Here is only ${allow}.` });
      assert.equal(response.headers.get('connection'), 'keep-alive');
    }
    const { status, headers } = await fetch(server.url + path, { method: 'OPTIONS' });
    assert.deepEqual([status, headers.get('allow')], [204, allow]);
  });

for (const path of [
  '/graphql/',
  '/graphql/x',
  '/files/',
  '/files/a/b',
  '/auth/',
  '/auth/x',
  '/uploads/a/b',
  '/livez/x',
])
  test(`${path} is of the API by its looks but not there: 404 in JSON, whatever the method`, async () => {
    for (const method of ['GET', 'POST', 'PATCH', 'OPTIONS']) {
      const response = await fetch(server.url + path, { method, headers: authorized });
      assert.equal(response.status, 404);
      assert.equal(((await response.json()) as { error: { code: string } }).error.code, 'NOT_FOUND');
    }
  });

test('HEAD is GET without the body', async () => {
  for (const path of ['/livez', '/readyz', '/files/file_0']) {
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => fetch(server.url + path, { method, headers: authorized })),
    );
    assert.equal(head?.status, get?.status);
    assert.equal(await head?.text(), '');
    assert.notEqual(await get?.text(), '');
  }
});

const graphiql = /script-src 'unsafe-inline'/;
const data = /^default-src 'none'; sandbox/;
const query = '?query=%7B__typename%7D';

test('an address is read once: what answers and what a browser may do with it never differ', async (t) => {
  const cases: [string, number, RegExp][] = [
    [`/graphql${query}`, 200, graphiql],
    [`http://elsewhere.example/graphql${query}`, 200, graphiql],
    [`/files/../graphql${query}`, 200, graphiql],
    [`/files\\..\\graphql${query}`, 200, graphiql],
    ['/graphql/../livez', 200, data],
    ['/graphql/%2e%2e/livez', 200, data],
    ['http://elsewhere.example/graphql/../files/file_0', 404, data],
    ['/graphql/../files/file_0', 404, data],
    ['/graphqlx/../uploads/x', 404, data],
  ];
  for (const [target, status, policy] of cases)
    await t.test(target, async () => {
      const answer = await sendRaw(server.url, [`GET ${target} HTTP/1.1`, 'host: x', 'connection: close']);
      assert.equal(answer.status, status);
      assert.match(answer.headers.get('content-security-policy') ?? '', policy);
    });
  for (const target of [`//x/graphql${query}`, `/graphql%2F${query}`, `/%67raphql${query}`])
    await t.test(`${target} is no other name of /graphql`, async () => {
      const answer = await sendRaw(server.url, [`GET ${target} HTTP/1.1`, 'host: x', 'connection: close']);
      assert.doesNotMatch(answer.body, /__typename|"data"/);
      assert.doesNotMatch(answer.headers.get('content-security-policy') ?? '', graphiql);
    });
});
