import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { revoke } from '../server/auth/revocations.ts';
import { Client, transports } from './helpers/client.ts';
import { type Issuer, startIssuer } from './helpers/issuer.ts';
import { makePdf } from './helpers/pdf.ts';
import { startRole } from './helpers/process.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { Visitor } from './helpers/visitor.ts';
import { until } from './helpers/wait.ts';

let issuer: Issuer;
let stranger: Issuer;
let server: TestServer;
before(async () => {
  [issuer, stranger] = [await startIssuer(), await startIssuer()];
  server = await startServer({
    worker: false,
    env: { ...issuer.env, GUESTS: 'true', OIDC_TRUSTED_ISSUERS: `${issuer.url}, https://away.invalid` },
  });
  await issuer.expect(server.url);
  await stranger.expect();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
});

const now = () => Math.floor(Date.now() / 1_000);
const viewer = '{ viewer { id name } }';
const query = 'subscription { jobsProgress { seq } }';

/** What is in order, but for the change. */
function claims(change: JWTPayload = {}): JWTPayload {
  return {
    iss: issuer.url,
    aud: 'octavo',
    sub: 'alice',
    name: 'Alice',
    iat: now(),
    exp: now() + 3_600,
    ...change,
  };
}

function askOverSse(token: string) {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query }),
  });
}

test('a token of a trusted issuer is taken on every way in, and is of whoever signs in there', async () => {
  const client = new Client(server.url, await issuer.sign(claims()));
  assert.deepEqual(await client.data(viewer), { viewer: { id: 'alice', name: 'Alice' } });
  const job = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  for (const transport of transports) {
    const stream = client.watch(transport, job);
    assert.equal((await stream.next()).value?.data?.jobProgress.job.id, job);
    await stream.return?.();
  }
  const visitor = new Visitor();
  await visitor.signIn(server.url, { name: 'alice' });
  assert.ok(await (await visitor.client(server.url)).job(job));
  // And of nobody else who is called so.
  const { token } = await server.services.tokens.sign({ subject: 'alice' }, 60);
  assert.equal(await new Client(server.url, token).job(job), null);
});

test('a token that is not in order is refused on every way in', async (t) => {
  const symmetric = new TextEncoder().encode('a secret for tests that nobody else has');
  const bad: Record<string, string> = {
    'of an issuer that is not trusted': await stranger.sign(claims({ iss: stranger.url })),
    'of a stranger who says to be trusted': await stranger.sign(claims()),
    'that says to be ours': await issuer.sign(claims({ iss: 'octavo' })),
    'for another audience': await issuer.sign(claims({ aud: 'another' })),
    'for no audience': await issuer.sign(claims({ aud: undefined })),
    'of another key id': await issuer.sign(claims(), { kid: 'another' }),
    'of another type': await issuer.sign(claims(), { typ: 'logout+jwt' }),
    'signed with our own secret': await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256' })
      .sign(symmetric),
    'unsigned (alg none)': new UnsecuredJWT(claims()).encode(),
    'over for two minutes': await issuer.sign(claims({ exp: now() - 120 })),
    'that begins in two minutes': await issuer.sign(claims({ nbf: now() + 120 })),
    'without an end': await issuer.sign(claims({ exp: undefined })),
    'without a subject': await issuer.sign(claims({ sub: '' })),
  };
  for (const [what, token] of Object.entries(bad))
    await t.test(what, async () => {
      const client = new Client(server.url, token);
      assert.equal((await client.ask(viewer)).errors?.[0]?.extensions.code, 'UNAUTHENTICATED');
      assert.equal((await client.post(new Uint8Array(10))).status, 401);
      await assert.rejects(client.subscribe('ws', query).next(), { code: 4403 });
      assert.equal((await askOverSse(token)).status, 401);
    });
});

test('clocks may differ by a minute', async () => {
  for (const change of [{ exp: now() - 50 }, { nbf: now() + 50, iat: now() + 50 }])
    assert.ok((await new Client(server.url, await issuer.sign(claims(change))).ask(viewer)).data);
});

test('an issuer that does not answer fails its own users with a clear word, and nobody else', async () => {
  const token = await stranger.sign(claims({ iss: 'https://away.invalid' }));
  const client = new Client(server.url, token);
  const response = await client.post(new Uint8Array(10));
  assert.equal(response.status, 503);
  assert.match(await response.text(), /ISSUER_UNAVAILABLE.*does not answer, so it cannot be checked/);
  assert.equal((await client.ask(viewer)).errors?.[0]?.extensions.code, 'ISSUER_UNAVAILABLE');
  assert.equal((await askOverSse(token)).status, 503);
  // A code at which clients try again.
  await assert.rejects(client.subscribe('ws', query).next(), { code: 1013 });
  assert.ok((await (await server.guest()).ask(viewer)).data);
  assert.ok((await new Client(server.url, await issuer.sign(claims())).ask(viewer)).data);
});

test('one that is away at the start is asked again when a token of it comes, and one that changes its key', async () => {
  await using late = await startIssuer();
  await late.stop();
  await using role = await startRole({
    ...server.env,
    OIDC_ISSUER: '',
    OIDC_CLIENT_ID: '',
    OIDC_CLIENT_SECRET: '',
    OIDC_TRUSTED_ISSUERS: late.url,
    ROLE: 'web',
  });
  const url = /http:\S+/.exec(role.ready)?.[0] ?? '';
  const ask = async () => {
    const { data, errors } = await new Client(url, await late.sign(claims({ iss: late.url }))).ask(viewer);
    return data ? 'taken' : errors?.[0]?.extensions.code;
  };
  assert.equal(await ask(), 'ISSUER_UNAVAILABLE');
  await late.start();
  await late.expect();
  await until('it is asked again', async () => (await ask()) === 'taken');
  const before = await late.sign(claims({ iss: late.url }));
  await late.rotate();
  await until('the new key is taken', async () => (await ask()) === 'taken');
  const { errors } = await new Client(url, before).ask(viewer);
  assert.equal(errors?.[0]?.extensions.code, 'UNAUTHENTICATED');
});

test('what a trusted issuer gave can be ended here', async () => {
  const client = new Client(server.url, await issuer.sign(claims({ sub: 'gone', iat: now() - 1 })));
  assert.ok((await client.ask(viewer)).data);
  await revoke(server.services.database.db, { issuer: issuer.url, subject: 'gone' });
  await until('it is known', async () => (await client.ask(viewer)).errors);
});
