import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { revoke } from '../server/auth/revocations.ts';
import { Client, type Transport, transports } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startRole } from './helpers/process.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { subscribe } from './helpers/subscriber.ts';
import { until } from './helpers/wait.ts';

const query = 'subscription { jobsProgress { seq } }';
const viewer = '{ viewer { id } }';

/** As an operator calls it, from a process of its own. */
async function token(server: TestServer, ...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['server/token.ts', ...flags], {
    cwd: new URL('..', import.meta.url),
    env: { PATH: process.env.PATH, ...server.env },
  });
  return stdout.trim();
}

/** A client of this subject with a job that waits, of which each of its streams tells at once. */
async function waiting(server: TestServer, subject: string): Promise<Client> {
  const client = new Client(server.url, (await server.services.tokens.sign({ subject }, 3_600)).token);
  await client.startJob([await client.upload(makePdf({ pages: 1 }))], [{ rotate: { degrees: 90 } }]);
  return client;
}

/** Resolves when the stream has told something. */
async function follow(transport: Transport, { url, token }: Client) {
  const { promise: told, resolve } = Promise.withResolvers<unknown>();
  const stream = subscribe(transport, { url, token, query }, resolve);
  await told;
  return { ...stream, ended: stream.ended.then((end) => ({ end, at: performance.now() })) };
}

test('what alice was given ends within two seconds, in every web process and on every stream', async () => {
  await using server = await startServer({ worker: false });
  await using other = await startRole({ ...server.env, ROLE: 'web' });
  const { token: hers } = await waiting(server, 'alice');
  const { token: bobs } = await waiting(server, 'bob');
  const urls = [server.url, /http:\S+/.exec(other.ready)?.[0] ?? ''];
  const streams = await Promise.all(
    urls.flatMap((url) => transports.map((transport) => follow(transport, new Client(url, hers)))),
  );
  const bob = await Promise.all(transports.map((one) => follow(one, new Client(urls[1]!, bobs))));

  assert.match(await token(server, '--revoke', 'alice'), /All tokens and sessions of alice \(octavo\)/);
  const revokedAt = performance.now();
  const ends = await Promise.all(streams.map(({ ended }) => ended));
  for (const { at } of ends) assert.ok(at - revokedAt < 2_000, `${at - revokedAt} ms`);
  assert.deepEqual(
    ends.map(({ end }) => end),
    urls.flatMap(() => transports.map((one) => ({ completed: false, code: one === 'ws' ? 4403 : 200 }))),
  );

  for (const url of urls) {
    const alice = new Client(url, hers);
    const [error] = (await alice.ask(viewer)).errors ?? [];
    assert.deepEqual(
      [error?.extensions.code, error?.message],
      ['UNAUTHENTICATED', 'Your token has been ended. Get a new one.'],
    );
    assert.equal((await alice.post(new Uint8Array(10))).status, 401);
    await assert.rejects(alice.subscribe('ws', query).next(), { code: 4403 });
  }
  for (const stream of bob) stream.leave();
  assert.ok((await new Client(urls[1]!, bobs).data<{ viewer: object }>(viewer)).viewer);
});

test('only tokens from before the revocation end, and only those of that issuer', async () => {
  await using server = await startServer({ worker: false });
  const { services } = server;
  const { token: before } = await services.tokens.sign({ subject: 'alice' }, 3_600);
  await revoke(services.database.db, { issuer: 'https://elsewhere.example', subject: 'alice' });
  await revoke(services.database.db, { issuer: 'octavo', subject: 'bob' });
  const ask = (text: string) => new Client(server.url, text).ask<{ viewer: { id: string } }>(viewer);
  // Heard of by now: what is said later is heard later.
  const { token: bobs } = await services.tokens.sign({ subject: 'bob' }, 3_600);
  assert.equal((await ask(bobs)).data?.viewer.id, 'bob');
  assert.equal((await ask(before)).data?.viewer.id, 'alice');

  await token(server, '--revoke', 'alice');
  await until('it is known', async () => (await ask(before)).errors);
  assert.equal((await ask(await token(server, '--sub', 'alice'))).data?.viewer.id, 'alice');
});

test('a guest who was revoked is not renewed', async () => {
  await using server = await startServer({ worker: false });
  const guest = await server.guest();
  const { issuer, subject } = await server.services.tokens.verify(guest.token!);
  await revoke(server.services.database.db, { issuer, subject });
  const renew = () => fetch(`${server.url}/auth/guest`, { method: 'POST', headers: guest.headers });
  await until('it is known', async () => (await renew()).status === 401);
});

for (const transport of transports)
  test(`a revocation that nobody was told of ends a stream over ${transport} as soon as LISTEN is on again`, async () => {
    await using server = await startServer({ worker: false });
    const { sql } = server.services.database;
    const stream = await follow(transport, await waiting(server, 'alice'));
    // Silent, as where the connection is lost between the two.
    await sql`insert into revocations (issuer, subject, before) values ('octavo', 'alice', clock_timestamp())`;
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'octavo-listen' and datname = current_database()`;
    const lostAt = performance.now();
    const { at } = await stream.ended;
    assert.ok(at - lostAt < 2_000, `${at - lostAt} ms`);
  });

test('without a database there is nothing to revoke in, and the command says so', async () => {
  await using server = await startServer({ worker: false });
  const { DATABASE_URL: _, ...env } = server.env;
  await assert.rejects(
    token({ ...server, env }, '--revoke', 'alice'),
    /DATA_DIR \(.*\): no server runs on it/,
  );
  await assert.rejects(token(server), /--sub or --revoke: one of the two/);
  await assert.rejects(
    token(server, '--revoke', 'alice', '--sub', 'bob'),
    /--sub or --revoke: one of the two/,
  );
});
