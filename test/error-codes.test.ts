import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';
import { WebSocket } from 'ws';
import { type ErrorCode, errorCodes } from '../server/errors.ts';
import type { Client } from './helpers/client.ts';
import { startServer } from './helpers/server.ts';

const mistakes: Record<string, { body: unknown; code?: ErrorCode }> = {
  'a syntax error': { body: { query: '{' } },
  'an unknown field': { body: { query: '{ nope }' } },
  'an empty document': { body: { query: '' } },
  'a variable that is missing': { body: { query: 'query ($id: ID!) { job(id: $id) { id } }' } },
  'a variable of a wrong type': {
    body: { query: 'query ($n: Int) { jobs(first: $n) { totalCount } }', variables: { n: 'x' } },
  },
  'a variable that is too long': {
    body: { query: 'query ($id: ID!) { job(id: $id) { id } }', variables: { id: 'x'.repeat(101) } },
  },
  'an operation that is not there': {
    body: { query: 'query A { __typename } query B { __typename }', operationName: 'Z' },
  },
  'an operation that is not named': { body: { query: 'query A { __typename } query B { __typename }' } },
  'a document that is too deep': {
    body: { query: `{ job(id: "") ${'{ retryOf '.repeat(20)} { id } ${'}'.repeat(20)} }` },
    code: 'LIMIT_EXCEEDED',
  },
  'too many tokens': { body: { query: `{ ${'viewer { id } '.repeat(1_000)} }` }, code: 'LIMIT_EXCEEDED' },
  'too long a document': {
    body: { query: `{ viewer { id } } #${'x'.repeat(50_000)}` },
    code: 'LIMIT_EXCEEDED',
  },
  'two steps in one': {
    body: {
      query: 'mutation ($input: CreateJobInput!) { createJob(input: $input) { userErrors { code } } }',
      variables: { input: { fileIds: ['x'], steps: [{}] } },
    },
  },
  'no such value': { body: { query: '{ jobs(filter: { states: [NOPE] }) { totalCount } }' } },
  'a page of less than nothing': { body: { query: '{ jobs(first: -1) { totalCount } }' } },
  'no such job, over a stream': {
    body: { query: 'subscription { jobProgress(id: "x") { seq } }' },
    code: 'NOT_FOUND',
  },
};

/** What only HTTP can be sent: a WebSocket's protocol has its own words for it. */
const requests: Record<string, { body: unknown; code?: ErrorCode }> = {
  'no document': { body: {} },
  'a document that is no text': { body: { query: 1 } },
  'variables that are no object': { body: { query: '{ __typename }', variables: 'x' } },
  'a parameter that there is not': { body: { query: '{ __typename }', foo: 1 } },
  'several operations in one request': { body: [{ query: '{ __typename }' }] },
  'no JSON': { body: 'xx{' },
  'a body that is too large': {
    body: { query: '{ __typename }', variables: { x: 'x'.repeat(1_000_000) } },
    code: 'LIMIT_EXCEEDED',
  },
};

test('whatever is wrong, every transport says it with the same code of ours', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  for (const [what, { body, code = 'INVALID_INPUT' }] of Object.entries({ ...mistakes, ...requests }))
    await t.test(what, async () => {
      assert.ok(errorCodes.includes(code));
      const types = ['application/graphql-response+json', 'application/json', 'text/event-stream'];
      const answers = await Promise.all(types.map((accept) => post(client, accept, body)));
      for (const [i, { status, text }] of answers.entries()) {
        assert.deepEqual(codesIn(text), [code], `${types[i]}: ${status} ${text}`);
        assert.doesNotMatch(text, /"http"/);
      }
      if (what in mistakes) {
        assert.equal(answers[2]?.status, 200);
        assert.match(answers[2]?.text ?? '', /event: next\ndata: .*\n\nevent: complete\n/);
        assert.deepEqual(codesIn(await overWebSocket(client, body)), [code]);
      }
    });
  await t.test('variables in an address that are no JSON', async () => {
    const response = await fetch(`${client.url}/graphql?query={__typename}&variables=x`);
    assert.deepEqual([response.status, codesIn(await response.text())], [400, ['INVALID_INPUT']]);
  });
  await t.test('a subscription over JSON, and a type of body that is none', async () => {
    const { status, text } = await post(client, 'application/json', {
      query: 'subscription { jobsProgress { seq } }',
    });
    assert.deepEqual([status, codesIn(text)], [406, ['INVALID_INPUT']]);
    const plain = await fetch(`${client.url}/graphql`, {
      method: 'POST',
      body: '{ __typename }',
      headers: client.headers,
    });
    assert.deepEqual([plain.status, codesIn(await plain.text())], [415, ['INVALID_INPUT']]);
  });
});

test('a wrong variable of an SSE subscription is told at once, and not tried again', async () => {
  await using server = await startServer({ worker: false });
  const guest = await server.guest();
  let requests = 0;
  const client = createClient({
    url: `${server.url}/graphql`,
    headers: guest.headers,
    fetchFn: (...args: Parameters<typeof fetch>) => {
      requests++;
      return fetch(...args);
    },
  });
  const query = 'subscription ($id: ID!) { jobProgress(id: $id) { seq } }';
  for await (const { errors } of client.iterate({ query, variables: { id: null } }))
    assert.match(errors?.[0]?.message ?? '', /Variable "\$id"/);
  assert.equal(requests, 1);
});

test('what went wrong on our side is masked, under the request id that the log has', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  t.mock.method(server.services.read, 'find', () => Promise.reject(new Error('a secret of ours')));
  const { mock } = t.mock.method(server.services.log, 'error');
  const answer = await client.ask('{ job(id: "job_0123456789abcdef0123456789abcdef") { id } }');
  const extensions = answer.errors?.[0]?.extensions as { code: string; requestId: string };
  assert.equal(extensions.code, 'INTERNAL');
  assert.match(answer.errors?.[0]?.message ?? '', new RegExp(extensions.requestId));
  assert.doesNotMatch(JSON.stringify(answer), /secret/);
  const [line] = mock.calls.map(({ arguments: [line] }) => line as { err: Error; requestId: string });
  assert.deepEqual([line?.err.message, line?.requestId], ['a secret of ours', extensions.requestId]);
  assert.equal(mock.callCount(), 1);
});

async function post({ url, headers }: Client, accept: string, body: unknown) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...headers, accept, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

/** What the server says to an operation, up to its end. */
async function overWebSocket({ url, headers }: Client, body: unknown): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: headers })));
  socket.on('message', (data: Buffer) => {
    const { type } = JSON.parse(data.toString()) as { type: string };
    if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: body }));
    if (type === 'next' || type === 'error') resolve(data.toString());
  });
  socket.on('close', (code, reason) => reject(new Error(`closed ${code} ${reason.toString()}`)));
  try {
    return await promise;
  } finally {
    socket.terminate();
  }
}

function codesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code ?? ''))];
}
