import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

const named = 'https://named.example';
const open = await startServer({ worker: false, env: { CORS_ORIGINS: `https://other.example, ${named}` } });
const closed = await startServer({ worker: false });
after(() => open[Symbol.asyncDispose]());
after(() => closed[Symbol.asyncDispose]());

const ask = (server: TestServer, path: string, origin: string, method: string) =>
  fetch(server.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,x-new',
    },
  });
const cors = (response: Response) =>
  [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));

for (const [path, method] of [
  ['/graphql', 'POST'],
  ['/files', 'POST'],
  ['/files/file_0', 'GET'],
  ['/uploads', 'POST'],
  ['/uploads/x', 'PATCH'],
  ['/auth/guest', 'POST'],
  ['/jobs/job_0/archive', 'GET'],
] as const) {
  test(`a page of a named origin may ${method} ${path}, with any headers and without cookies`, async () => {
    const { status, headers } = await ask(open, path, named, method);
    assert.equal(status, 204);
    assert.equal(headers.get('access-control-allow-origin'), named);
    assert.ok(headers.get('access-control-allow-methods')?.split(', ').includes(method));
    assert.equal(headers.get('access-control-allow-headers'), 'authorization,x-new');
    assert.equal(headers.get('access-control-allow-credentials'), null);
    assert.match(headers.get('vary') ?? '', /Origin/);
  });

  test(`a page of another origin may not ${method} ${path}`, async () => {
    for (const origin of ['https://evil.example', 'null', `${named}.evil.example`])
      assert.deepEqual(cors(await ask(open, path, origin, method)), []);
    assert.deepEqual(cors(await ask(closed, path, named, method)), []);
  });
}

test('a page of a named origin sees answers, refusals and the headers that it needs', async () => {
  const client = await open.guest();
  const headers = { ...client.headers, origin: named };
  const uploaded = await fetch(`${open.url}/files?name=a.pdf`, {
    method: 'POST',
    headers,
    body: makePdf({ pages: 1 }) as BodyInit,
  });
  const location = uploaded.headers.get('location') ?? '';
  const answers = [
    uploaded,
    await fetch(open.url + location, { headers }),
    await fetch(`${open.url}/files/file_0`, { headers }),
    await fetch(`${open.url}/files/file_0`, { method: 'PUT', headers }),
    await fetch(`${open.url}/graphql?query={__typename}`, {
      headers: { ...headers, accept: 'application/json' },
    }),
    await fetch(`${open.url}/uploads/x`, { method: 'HEAD', headers }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 200, 404, 405, 200, 404],
  );
  for (const response of answers) {
    assert.equal(response.headers.get('access-control-allow-origin'), named);
    const exposed = response.headers.get('access-control-expose-headers')?.split(', ') ?? [];
    for (const name of [
      'ETag',
      'Location',
      'Content-Disposition',
      'Octavo-File-Id',
      'Upload-Offset',
      'Retry-After',
    ])
      assert.ok(exposed.includes(name), name);
    await response.arrayBuffer();
  }
});
