import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { revoke } from '../server/auth/revocations.ts';
import { Client, transports } from './helpers/client.ts';
import { type Issuer, startIssuer } from './helpers/issuer.ts';
import { makePdf } from './helpers/pdf.ts';
import { startRole } from './helpers/process.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { subscribe } from './helpers/subscriber.ts';
import { Visitor } from './helpers/visitor.ts';
import { until } from './helpers/wait.ts';

let issuer: Issuer;
let server: TestServer;
before(async () => {
  issuer = await startIssuer();
  server = await startServer({ worker: false, env: issuer.env });
  await issuer.expect(server.url);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const signedIn = (name: string): Promise<Visitor> => Visitor.signedIn(server.url, name);

/** A stream of the person's jobs, of which there is one; resolves when it has told of it. */
async function follow(transport: 'sse' | 'ws', { url, token }: Client) {
  const { promise: told, resolve } = Promise.withResolvers<unknown>();
  const query = 'subscription { jobsProgress { seq } }';
  const stream = subscribe(transport, { url, token, query }, resolve);
  await told;
  return { ...stream, ended: stream.ended.then((end) => ({ end, at: performance.now() })) };
}

test('at the end of a session its streams end within two seconds in every web process, and no other', async () => {
  await using other = await startRole({ ...server.env, ROLE: 'web' });
  const urls = [server.url, /http:\S+/.exec(other.ready)?.[0] ?? ''];
  const here = await signedIn('alice');
  const elsewhere = await signedIn('alice');
  const [mine, still] = [await here.client(server.url), await elsewhere.client(server.url)];
  await mine.startJob([await mine.upload(makePdf({ pages: 1 }))], [{ rotate: { degrees: 90 } }]);
  const streams = await Promise.all(
    urls.flatMap((url) => transports.map((one) => follow(one, new Client(url, mine.token)))),
  );
  const others = await Promise.all(transports.map((one) => follow(one, new Client(urls[1]!, still.token))));
  let lost = 0;
  for (const stream of others) void stream.ended.then(() => lost++);

  const response = await here.post(server.url, '/auth/logout');
  const endedAt = performance.now();
  assert.equal(response.status, 200);
  const { url } = (await response.json()) as { url: string };
  assert.ok(url.startsWith(`${issuer.url}/session/end?`), url);
  assert.equal(here.cookies.has('octavo_session'), false);
  for (const { at } of await Promise.all(streams.map(({ ended }) => ended)))
    assert.ok(at - endedAt < 2_000, `${at - endedAt} ms`);
  assert.deepEqual(
    (await Promise.all(streams.map(({ ended }) => ended))).map(({ end }) => end),
    urls.flatMap(() => transports.map((one) => ({ completed: false, code: one === 'ws' ? 4403 : 200 }))),
  );
  for (const base of urls) {
    assert.equal(
      (await new Client(base, mine.token).ask('{ viewer { id } }')).errors?.[0]?.extensions.code,
      'UNAUTHENTICATED',
    );
    assert.ok((await new Client(base, still.token).ask('{ viewer { id } }')).data);
  }
  assert.equal((await here.post(server.url, '/auth/token')).status, 401);
  assert.equal(lost, 0);
  for (const stream of others) stream.leave();
});

test('who signs out is signed out at the issuer too', async () => {
  const visitor = await signedIn('carol');
  const { url } = (await (await visitor.post(server.url, '/auth/logout')).json()) as { url: string };
  // Its own question, which only a session there is asked.
  const page = await (await visitor.fetch(url)).text();
  assert.match(page, /session\/end\/confirm/);
  assert.match(page, /value="\w{20,}"/);
});

test('a session ends after twelve hours without a sign of life, after seven days in any case, and by revocation', async (t) => {
  const { sql, db } = server.services.database;
  const ends: [string, () => Promise<unknown>][] = [
    ['idle', () => sql`update sessions set seen_at = now() - interval '12 hours 1 second'`],
    ['old', () => sql`update sessions set created_at = now() - interval '7 days 1 second'`],
    ['revoked', () => revoke(db, { issuer: issuer.url, subject: 'dave' })],
  ];
  for (const [what, end] of ends)
    await t.test(what, async () => {
      const visitor = await signedIn('dave');
      await sql`update sessions set seen_at = now() - interval '11 hours', created_at = now() - interval '6 days'`;
      await visitor.client(server.url);
      // Which has been a sign of life.
      await sql`update sessions set seen_at = seen_at - interval '11 hours'`;
      await visitor.client(server.url);
      await end();
      const response = await visitor.post(server.url, '/auth/token');
      assert.equal(response.status, 401);
      assert.match(await response.text(), /Your session has ended/);
      assert.equal(visitor.cookies.has('octavo_session'), false);
    });
});

test('rows of sessions go when they are over, and no sooner', async () => {
  const { sql } = server.services.database;
  await sql`delete from sessions`;
  const [stays, ended, longEnded, old] = await Promise.all(['a', 'b', 'c', 'd'].map(signedIn));
  for (const visitor of [ended!, longEnded!]) await visitor.post(server.url, '/auth/logout');
  await sql`update sessions set ended_at = now() - interval '61 minutes' where subject = 'c'`;
  await sql`update sessions set created_at = now() - interval '169 hours' where subject = 'd'`;
  await server.services.sessions.forget();
  const left = await sql`select subject from sessions order by subject`;
  assert.deepEqual(
    left.map(({ subject }) => subject as string),
    ['a', 'b'],
  );
  await stays!.client(server.url);
  assert.equal((await old!.post(server.url, '/auth/token')).status, 401);
});

test('the cookie is for this server alone, below /auth, and over TLS alone where there is TLS', async () => {
  await using secure = await startServer({
    worker: false,
    env: { ...issuer.env, PUBLIC_URL: 'https://octavo.example' },
  });
  const attributes = async (url: string) => {
    const { headers } = await fetch(`${url}/auth/login`, { redirect: 'manual' });
    return headers.getSetCookie().map((one) => one.replace(/=[\w-]+/, ''));
  };
  assert.deepEqual(await attributes(server.url), [
    'octavo_departure; Path=/auth; Max-Age=600; HttpOnly; SameSite=Lax',
  ]);
  assert.deepEqual(await attributes(secure.url), [
    '__Secure-octavo_departure; Path=/auth; Max-Age=600; HttpOnly; SameSite=Lax; Secure',
  ]);
  const visitor = new Visitor();
  const response = await visitor.fetch(await visitor.goToIssuer(server.url));
  const [gone, session] = response.headers.getSetCookie();
  assert.match(gone!, /^octavo_departure=; .*Max-Age=0/);
  assert.match(session!, /^octavo_session=[\w-]{43}; Path=\/auth; Max-Age=604800; HttpOnly; SameSite=Lax$/);
  // What the database knows is of no use to whoever reads it.
  const rows = await server.services.database.sql`select sessions::text as row from sessions`;
  assert.ok(rows.every(({ row }) => !(row as string).includes(visitor.cookies.get('octavo_session')!.value)));
});

test('a cookie that was there before the sign-in stands for nothing after it', async () => {
  const attacker = await signedIn('mallory');
  const planted = { ...attacker.cookies.get('octavo_session')! };
  const malloryToken = (await attacker.client(server.url)).token;
  const victim = new Visitor();
  victim.cookies.set('octavo_session', planted);
  await victim.signIn(server.url, { name: 'victor' });
  assert.notEqual(victim.cookies.get('octavo_session')!.value, planted.value);
  const { viewer } = await (
    await victim.client(server.url)
  ).data<{ viewer: { id: string } }>('{ viewer { id } }');
  assert.equal(viewer.id, 'victor');
  assert.equal((await attacker.post(server.url, '/auth/token')).status, 401);
  await until(
    'the session that was left has ended',
    async () => (await new Client(server.url, malloryToken).ask('{ viewer { id } }')).errors,
  );
});

test('only a page of this server makes use of the cookie', async () => {
  await using named = await startServer({
    worker: false,
    env: { ...issuer.env, CORS_ORIGINS: 'https://friend.example' },
  });
  await issuer.expect(server.url, named.url);
  const visitor = new Visitor();
  await visitor.signIn(named.url);
  const port = new URL(named.url).port;
  for (const origin of [
    'https://evil.example',
    'https://friend.example',
    'null',
    `http://localhost:${port}`,
    `${named.url}1`,
  ])
    for (const path of ['/auth/token', '/auth/logout']) {
      const response = await visitor.post(named.url, path, { origin });
      assert.equal(response.status, 403, `${origin} ${path}`);
      assert.equal(response.headers.get('access-control-allow-credentials'), null);
      assert.doesNotMatch(await response.text(), /"token"/);
    }
  const { status } = await visitor.fetch(`${named.url}/auth/token`, { method: 'POST' });
  assert.equal(status, 403, 'no origin');
  for (const path of ['/auth/token', '/auth/logout'])
    assert.equal((await visitor.fetch(named.url + path)).status, 405, 'a link');
  // None of them has ended it.
  await visitor.client(named.url);
  // And elsewhere it is nothing: the API knows bearers alone.
  const { value } = visitor.cookies.get('octavo_session')!;
  const response = await fetch(`${named.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: `octavo_session=${value}` },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  assert.match(await response.text(), /UNAUTHENTICATED/);
});
