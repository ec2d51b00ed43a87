import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { Client, transports } from './helpers/client.ts';
import { type Issuer, startIssuer } from './helpers/issuer.ts';
import { makePdf } from './helpers/pdf.ts';
import { startRole } from './helpers/process.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { Visitor } from './helpers/visitor.ts';

let issuer: Issuer;
let server: TestServer;
before(async () => {
  issuer = await startIssuer();
  server = await startServer({
    worker: false,
    env: { ...issuer.env, OIDC_SCOPES: 'openid profile groups', OIDC_ADMINS: 'groups=alices' },
  });
  await issuer.expect(server.url);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const whoIs = (client: Client) =>
  client.data<{ viewer: { id: string; name: string | null } }>('{ viewer { id name } }');
const now = () => Math.floor(Date.now() / 1_000);

test('whoever signs in is known by the issuer and its name for them, and comes back to where they were', async () => {
  const visitor = new Visitor();
  const to = '/jobs/job_0123456789abcdef?from=x';
  assert.equal(await visitor.signIn(server.url, { to }), `${server.url}${to}#sign-in=done`);
  const client = await visitor.client(server.url);
  assert.deepEqual((await whoIs(client)).viewer, { id: 'alice', name: 'alice of the team' });
  const viewer = await server.services.identify(client.token!);
  assert.equal(viewer.issuer, issuer.url);
  assert.equal(Math.round((viewer.expiresAt - Date.now()) / 60_000), 15);
});

test('one of the same name whom another issuer vouches for is a stranger, on every way in', async () => {
  const visitor = new Visitor();
  await visitor.signIn(server.url);
  const alice = await visitor.client(server.url);
  const { token } = await server.services.tokens.sign({ subject: 'alice' }, 60);
  const other = new Client(server.url, token);
  const file = await alice.upload(makePdf({ pages: 1 }));
  const job = await alice.startJob([file], [{ rotate: { degrees: 90 } }]);
  assert.equal(await other.job(job), null);
  assert.equal((await fetch(`${server.url}/files/${file}`, { headers: other.headers })).status, 404);
  for (const transport of transports)
    await assert.rejects(
      async () => {
        for await (const { errors } of other.watch(transport, job)) if (errors) throw errors;
      },
      ([error]: { extensions: { code: string } }[]) => error?.extensions.code === 'NOT_FOUND',
    );
});

test('an administrator is known by a claim, and the token says so', async () => {
  for (const [name, admin] of [
    ['alice', true],
    ['bob', undefined],
  ] as const) {
    const visitor = new Visitor();
    await visitor.signIn(server.url, { name });
    const { token } = await visitor.client(server.url);
    assert.equal(decodeJwt(token!).admin, admin);
  }
});

test('a client without a secret signs people in as well', async () => {
  await using open = await startIssuer({});
  await using other = await startServer({ worker: false, env: open.env });
  await open.expect(other.url);
  const visitor = new Visitor();
  assert.equal(await visitor.signIn(other.url, { name: 'bob' }), `${other.url}/#sign-in=done`);
  assert.equal((await whoIs(await visitor.client(other.url))).viewer.name, 'bob of the team');
});

test('the page hears what ways in there are, and guests are off unless the operator wants them', async () => {
  const ways = async (visitor: Visitor, url: string) => (await visitor.fetch(`${url}/auth`)).json();
  const visitor = new Visitor();
  const name = new URL(issuer.url).host;
  assert.deepEqual(await ways(visitor, server.url), { guests: false, issuer: name, signedIn: false });
  await visitor.signIn(server.url);
  assert.deepEqual(await ways(visitor, server.url), { guests: false, issuer: name, signedIn: true });
  assert.equal((await fetch(`${server.url}/auth/guest`, { method: 'POST' })).status, 404);
  await using both = await startServer({ worker: false, env: { ...issuer.env, GUESTS: 'true' } });
  assert.deepEqual(await ways(new Visitor(), both.url), { guests: true, issuer: name, signedIn: false });
  await using neither = await startServer({ worker: false });
  assert.deepEqual(await ways(visitor, neither.url), { guests: true, issuer: null, signedIn: false });
  for (const [method, path] of [
    ['GET', '/auth/login'],
    ['GET', '/auth/callback'],
    ['POST', '/auth/token'],
    ['POST', '/auth/logout'],
  ] as const)
    assert.equal((await fetch(neither.url + path, { method })).status, 404, path);
});

test('a way back that leads elsewhere is refused before anybody goes anywhere', async (t) => {
  const elsewhere = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n\\evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    'jobs',
    'javascript:alert(1)',
    '',
  ];
  for (const to of elsewhere)
    await t.test(JSON.stringify(to), async () => {
      const visitor = new Visitor();
      const response = await visitor.fetch(`${server.url}/auth/login?to=${encodeURIComponent(to)}`);
      assert.deepEqual([response.status, response.headers.get('location')], [400, null]);
      assert.match(await response.text(), /\\"to\\" must be a path of this server/);
      assert.equal(visitor.cookies.size, 0);
      // Nor where the browser's own note has been changed meanwhile.
      const arrival = await visitor.goToIssuer(server.url);
      spoilDeparture(visitor, { to });
      const back = await visitor.fetch(arrival);
      assert.equal(back.headers.get('location'), `${server.url}/#sign-in=expired`);
    });
  await t.test('a path that only looks like it', async () => {
    const location = await new Visitor().signIn(server.url, { to: '/%2F%2Fevil.example?to=//evil.example' });
    assert.equal(location, `${server.url}/%2F%2Fevil.example?to=//evil.example#sign-in=done`);
  });
});

function spoilDeparture(visitor: Visitor, change: object) {
  const cookie = visitor.cookies.get('octavo_departure')!;
  const departure = JSON.parse(Buffer.from(cookie.value, 'base64url').toString()) as object;
  cookie.value = Buffer.from(JSON.stringify({ ...departure, ...change })).toString('base64url');
}

test('a way back that no cookie can hold leads to the beginning', async () => {
  const visitor = new Visitor();
  const arrival = await visitor.goToIssuer(server.url, { to: `/jobs/x?steps=${'y'.repeat(3_000)}` });
  assert.ok(visitor.cookies.get('octavo_departure')!.value.length < 4_000);
  assert.equal((await visitor.fetch(arrival)).headers.get('location'), `${server.url}/#sign-in=done`);
  const short = await new Visitor().signIn(server.url, { to: `/?steps=${'y'.repeat(1_900)}` });
  assert.match(short, /\?steps=y{1900}#/);
});

test('what comes back from the issuer must be what was sent there', async (t) => {
  const cases: [string, (visitor: Visitor, arrival: URL) => void, string][] = [
    ['nothing wrong', () => {}, 'done'],
    ['another state', (_, { searchParams }) => searchParams.set('state', 'another'), 'expired'],
    ['no state', (_, { searchParams }) => searchParams.delete('state'), 'expired'],
    ['a browser that never left', (visitor) => visitor.cookies.delete('octavo_departure'), 'expired'],
    ['a cookie that is none', (visitor) => (visitor.cookies.get('octavo_departure')!.value = 'x'), 'expired'],
    ['another nonce', (visitor) => spoilDeparture(visitor, { nonce: 'another' }), 'failed'],
    ['another verifier', (visitor) => spoilDeparture(visitor, { verifier: 'another'.repeat(9) }), 'expired'],
    ['another code', (_, { searchParams }) => searchParams.set('code', 'another'), 'expired'],
    ['no code', (_, { searchParams }) => searchParams.delete('code'), 'failed'],
    [
      'the word of another issuer',
      (_, { searchParams }) => searchParams.set('iss', 'https://evil.example'),
      'failed',
    ],
    [
      'a refusal',
      (_, { searchParams }) => {
        searchParams.delete('code');
        searchParams.set('error', 'access_denied');
      },
      'denied',
    ],
  ];
  for (const [what, spoil, outcome] of cases)
    await t.test(what, async () => {
      const visitor = new Visitor();
      const arrival = new URL(await visitor.goToIssuer(server.url));
      spoil(visitor, arrival);
      const response = await visitor.fetch(arrival);
      assert.equal(response.headers.get('location'), `${server.url}/#sign-in=${outcome}`);
      assert.equal(visitor.cookies.has('octavo_session'), outcome === 'done');
    });
});

test('a code is good once, in the same browser and in another with the same note', async () => {
  const visitor = new Visitor();
  const arrival = await visitor.goToIssuer(server.url);
  const note = { ...visitor.cookies.get('octavo_departure')! };
  assert.match((await visitor.fetch(arrival)).headers.get('location')!, /#sign-in=done$/);
  assert.match((await visitor.fetch(arrival)).headers.get('location')!, /#sign-in=expired$/);
  const other = new Visitor();
  other.cookies.set('octavo_departure', note);
  assert.match((await other.fetch(arrival)).headers.get('location')!, /#sign-in=expired$/);
  assert.equal(other.cookies.has('octavo_session'), false);
});

test('an ID token is believed only where all of it is right', async (t) => {
  const resigned = (change: (claims: JWTPayload) => JWTPayload) => (claims: JWTPayload) =>
    issuer.sign(change(claims));
  const cases: [string, (claims: JWTPayload) => Promise<string>, string][] = [
    ['nothing wrong', resigned((claims) => claims), 'done'],
    ['a clock that is a minute ahead', resigned((claims) => ({ ...claims, iat: now() + 60 })), 'done'],
    ['over for a minute', resigned((claims) => ({ ...claims, exp: now() - 60 })), 'failed'],
    ['of another issuer', resigned((claims) => ({ ...claims, iss: 'https://evil.example' })), 'failed'],
    ['for another client', resigned((claims) => ({ ...claims, aud: 'another' })), 'failed'],
    ['of another key id', (claims) => issuer.sign(claims, { kid: 'another' }), 'failed'],
    [
      'with a symmetric key',
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode('what the issuer knows')),
      'failed',
    ],
    ['with no key', async (claims) => new UnsecuredJWT(claims).encode(), 'failed'],
    ['changed', async (claims) => spoilSubject(await issuer.sign(claims)), 'failed'],
  ];
  t.after(() => issuer.spoil(undefined));
  for (const [what, spoil, outcome] of cases)
    await t.test(what, async () => {
      issuer.spoil(spoil);
      const visitor = new Visitor();
      assert.equal(await visitor.signIn(server.url), `${server.url}/#sign-in=${outcome}`);
      assert.equal(visitor.cookies.has('octavo_session'), outcome === 'done');
    });
});

function spoilSubject(jwt: string): string {
  const [header, payload = '', signature] = jwt.split('.');
  const claims = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), sub: 'admin' };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

test('a key that was changed is taken at once, and the one before no more', async () => {
  await new Visitor().signIn(server.url);
  const old = await issuer.sign({});
  await issuer.rotate();
  assert.match(await new Visitor().signIn(server.url), /#sign-in=done$/);
  issuer.spoil(async () => old);
  assert.match(await new Visitor().signIn(server.url), /#sign-in=failed$/);
  issuer.spoil(undefined);
});

test('where the issuer is away the server starts, serves others, says so at a sign-in, and goes on when it is back', async () => {
  await using away = await startIssuer();
  await away.stop();
  // In a process of its own, as an operator starts it.
  await using role = await startRole({ ...server.env, ...away.env, ROLE: 'web', GUESTS: 'true' });
  const url = /http:\S+/.exec(role.ready)?.[0] ?? '';
  assert.equal((await fetch(`${url}/auth/guest`, { method: 'POST' })).status, 201);
  const refused = await new Visitor().fetch(`${url}/auth/login?to=/jobs/x`);
  assert.deepEqual(
    [refused.status, refused.headers.get('location')],
    [303, `${url}/jobs/x#sign-in=unavailable`],
  );
  await away.start();
  await away.expect(url);
  const visitor = new Visitor();
  const arrival = await visitor.goToIssuer(url);
  await away.stop();
  assert.equal((await visitor.fetch(arrival)).headers.get('location'), `${url}/#sign-in=unavailable`);
  await away.start();
  assert.equal(await new Visitor().signIn(url), `${url}/#sign-in=done`);
});
