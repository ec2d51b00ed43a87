import assert from 'node:assert/strict';
import { once } from 'node:events';
import { glob, readFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type FragmentDefinitionNode, Kind, parse } from 'graphql';
import { schema } from '../schema/schema.ts';
import { measure } from '../server/http/query-cost.ts';
import { queryLimits } from '../server/http/query-limits.ts';
import type { Client } from './helpers/client.ts';
import { copyJob } from './helpers/many-jobs.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('an operation is charged for all that its lists can hold', async (t) => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const files = 'inputs { id url thumbnail }';
  const introspection = '__schema { types { fields { args { type { fields { args { name } } } } } } }';
  const cases: [query: string, allowed: boolean, variables?: object][] = [
    [`{ jobs(first: 100) { edges { node { ${files} } } } }`, true],
    [`{ jobs(first: 100) { edges { node { a: ${files} b: ${files} } } } }`, false],
    [`query ($n: Int) { jobs(first: $n) { edges { node { a: ${files} b: ${files} } } } }`, false, { n: 100 }],
    [`query ($n: Int) { jobs(first: $n) { edges { node { a: ${files} b: ${files} } } } }`, true, { n: 50 }],
    [`query ($n: Int) { jobs(first: $n) { edges { node { a: ${files} b: ${files} } } } }`, true],
    [`query ($n: Int = 100) { jobs(first: $n) { edges { node { a: ${files} b: ${files} } } } }`, false],
    [`query ($n: Int) { jobs(first: $n, last: 100) { edges { node { a: ${files} b: ${files} } } } }`, false],
    [
      `{ jobs(last: 100) { ...on JobConnection { edges { node { ...f ...f } } } } } fragment f on Job { ${files} }`,
      false,
    ],
    ['{ jobs(first: 100) { edges { node { outputs { id name } } } } }', false],
    [`{ jobs(first: 100) { edges { node { steps { ${'options '.repeat(5)} } } } } }`, false],
    ['{ jobs(first: 100) { edges { node { report { warnings } } } } }', false],
    ['{ jobs { edges { node { events { edges { node { seq message } } } } } } }', true],
    [
      '{ jobs(first: 100) { edges { node { events(first: 500) { edges { node { seq at type message } } } } } } }',
      false,
    ],
    [
      `{ jobs(first: 100) { edges { node { ${Array.from({ length: 26 }, (_, i) => `a${i}: queuePosition`).join(' ')} } } } }`,
      false,
    ],
    [`{ a: ${introspection} b: ${introspection} }`, false],
  ];
  for (const [query, allowed, variables] of cases)
    await t.test(`${query.slice(0, 100)} ${JSON.stringify(variables) ?? ''}`, async () => {
      const { errors } = await client.ask(query, variables);
      assert.deepEqual(
        errors?.map(({ extensions }) => extensions.code),
        allowed ? undefined : ['LIMIT_EXCEEDED'],
      );
    });
});

test('what the page and the README ask for is not half of what is allowed', async (t) => {
  const sources = await Promise.all(
    (await Array.fromAsync(glob('web/**/*.{ts,tsx}', { cwd: root, exclude: ['web/dist/**'] }))).map((path) =>
      readFile(`${root}/${path}`, 'utf8'),
    ),
  );
  const readme = await readFile(`${root}/README.md`, 'utf8');
  const written = [
    ...sources.flatMap((source) => [...source.matchAll(/graphql\(\s*`([^`]+)`/g)]),
    ...readme.matchAll(/\bquery: "([^"]+)"/g),
  ].map(([, text = '']) => text.replaceAll('@_unmask', ''));
  const definitions = written.flatMap((text) => parse(text).definitions);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  assert.ok(operations.length > 12);
  for (const operation of operations)
    await t.test(operation.name?.value ?? operation.operation, () => {
      const found = measure(schema, operation, fragments, { first: 50 });
      for (const name of ['depth', 'aliases', 'cost'] as const)
        assert.ok(found[name] <= queryLimits[name] / 2, `${name} ${found[name]}`);
    });
});

/** The first as much as one answer may have, 16 MB; of the second no two may be in the making. */
const [most, much] = [98, 60].map(
  (first) => `{ jobs(first: ${first}) { edges { node { inputs { id url thumbnail name } } } } }`,
) as [string, string];

test('while one guest asks for all that is allowed, over and over, others are answered', async () => {
  await using server = await startServer({ worker: false });
  const greedy = await guestWithLargeJobs(server);
  const other = await server.guest();
  let asking = true;
  const asked = Promise.all([1, 2, 3].map(() => bytesOf(ask(greedy, most)))).finally(() => (asking = false));
  // Within which time is tested in `worst-guest.test.ts`, where nobody who asks is in the server's process.
  let answers = 0;
  for (; asking; answers++) await other.data('{ viewer { id } }');
  for (const bytes of await asked) assert.ok(bytes > 10_000_000, `${bytes} bytes`);
  assert.ok(answers > 10, `${answers} answers`);
});

test('an answer that is not read keeps its owner waiting, and nobody else', async () => {
  await using server = await startServer({ worker: false });
  const [greedy, other] = [await guestWithLargeJobs(server), await guestWithLargeJobs(server)];
  const unread = ask(greedy, much);
  const [response] = (await once(unread, 'response')) as [IncomingMessage];
  let answered = false;
  const next = bytesOf(ask(greedy, much)).then((bytes) => (answered = bytes > 0));
  await bytesOf(ask(other, much));
  assert.equal(answered, false);
  response.resume();
  assert.equal(await next, true);
});

test('a reader that stands still is cut off, and its owner goes on', async () => {
  await using server = await startServer({ worker: false, stallMs: 2_000 });
  const greedy = await guestWithLargeJobs(server);
  const unread = ask(greedy, much);
  unread.on('error', () => {});
  await once(unread, 'response');
  assert.ok(await bytesOf(ask(greedy, much)));
  unread.destroy();
});

test('who has no token does not wait for strangers of other networks', async () => {
  await using server = await startServer({ worker: false, env: { TRUST_PROXY: 'true' } });
  const part = '__schema { types { fields { type { fields { args { name } } } } } }';
  const body = JSON.stringify({
    query: `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: ${part}`).join(' ')} }`,
  });
  const head = [
    'POST /graphql HTTP/1.1',
    'host: x',
    'x-forwarded-for: 192.0.2.1',
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
  socket.on('error', () => {});
  // One after the other on one connection, until no answer goes out any more.
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`.repeat(300));
  for (let i = 0; i < 300; i++) {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.2' },
      body: '{"query":"{ steps { name } }"}',
      signal: AbortSignal.timeout(10_000),
    });
    assert.equal(response.status, 200);
    await response.text();
  }
  socket.destroy();
});

test('a request is bounded, and the connection stays good', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const body = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(1_000_000) } });
  const headers = { ...client.headers, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  assert.equal(response.status, 413);
  const { errors } = (await response.json()) as { errors: { message: string }[] };
  assert.match(errors[0]?.message ?? '', /at most 1,000,000 bytes/);
  assert.ok(await client.data('{ viewer { id } }'));
});

/** A hundred jobs of five hundred files each. */
async function guestWithLargeJobs(server: TestServer): Promise<Client> {
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  const id = await client.startJob(Array(500).fill(file), [{ merge: {} }]);
  await client.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', { id });
  await copyJob(server, id, 99);
  return client;
}

function ask({ url, headers }: Client, query: string): ClientRequest {
  const asked = request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-type': 'application/json' },
  });
  asked.end(JSON.stringify({ query }));
  return asked;
}

/** Of the answer, which is not kept. */
async function bytesOf(asked: ClientRequest): Promise<number> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  return bytes;
}
