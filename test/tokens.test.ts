import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { createTokens } from '../server/auth/tokens.ts';
import { createLinks } from '../server/files/links.ts';
import { parseId } from '../server/id.ts';
import { Client, transports } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

const secret = 'a secret for tests that nobody else has';
const key = (text: string) => new TextEncoder().encode(text);
const now = () => Math.floor(Date.now() / 1_000);

/** A token that is in order, for a test to spoil in one way. */
function token(spoil: (jwt: SignJWT) => SignJWT = (jwt) => jwt, alg = 'HS256', header = {}): SignJWT {
  return spoil(
    new SignJWT({})
      .setProtectedHeader({ alg, ...header })
      .setIssuer('octavo')
      .setAudience('octavo')
      .setSubject('alice')
      .setIssuedAt()
      .setExpirationTime('1h'),
  );
}

test('a token in order is taken, on every transport', async () => {
  await using server = await startServer({ worker: false });
  const alice = new Client(server.url, await token().sign(key(secret)));
  assert.equal((await alice.data<{ viewer: { id: string } }>('{ viewer { id } }')).viewer.id, 'alice');
});

test('bad tokens are refused with 401 over HTTP and SSE and 4403 over WebSocket', async (t) => {
  await using server = await startServer({ worker: false });
  const { privateKey } = await generateKeyPair('RS256');
  const good = await token().sign(key(secret));
  const [header, payload, signature] = good.split('.') as [string, string, string];
  const bad: Record<string, string> = {
    'signed with another secret': await token().sign(key('another secret that is long enough')),
    'of another issuer': await token((jwt) => jwt.setIssuer('elsewhere')).sign(key(secret)),
    'for another audience': await token((jwt) => jwt.setAudience('elsewhere')).sign(key(secret)),
    'expired a minute ago': await token((jwt) => jwt.setExpirationTime(now() - 60)).sign(key(secret)),
    'not good yet': await token((jwt) => jwt.setNotBefore(now() + 60)).sign(key(secret)),
    'without an end': await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('octavo')
      .setAudience('octavo')
      .setSubject('alice')
      .sign(key(secret)),
    'without a subject': await token((jwt) => jwt.setSubject('')).sign(key(secret)),
    'unsigned (alg none)': new UnsecuredJWT({})
      .setIssuer('octavo')
      .setAudience('octavo')
      .setSubject('alice')
      .setExpirationTime('1h')
      .encode(),
    'of an algorithm that is not on the list (HS512)': await token(undefined, 'HS512').sign(
      key(secret.repeat(2)),
    ),
    'signed with RS256': await token(undefined, 'RS256').sign(privateKey),
    'signed by a key that is none of ours': await token(undefined, undefined, { kid: 'elsewhere' }).sign(
      key(secret),
    ),
    'of another type': await token(undefined, undefined, { typ: 'logout+jwt' }).sign(key(secret)),
    'with a changed payload': [
      header,
      Buffer.from(atob(payload).replace('alice', 'admin')).toString('base64url'),
      signature,
    ].join('.'),
    'cut short': good.slice(0, -10),
    'that is no JWT': 'letmein',
  };
  for (const [what, text] of Object.entries(bad))
    await t.test(what, async () => {
      const client = new Client(server.url, text);
      for (const accept of ['application/json', 'text/event-stream']) {
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept, ...client.headers },
          body: JSON.stringify({
            query:
              accept === 'application/json' ? '{ steps { name } }' : 'subscription { jobsProgress { seq } }',
          }),
        });
        assert.equal(response.status, 401, accept);
        assert.match(await response.text(), /UNAUTHENTICATED/);
      }
      assert.equal((await client.post(new Uint8Array(10))).status, 401);
      await assert.rejects(client.subscribe('ws', 'subscription { jobsProgress { seq } }').next(), {
        code: 4403,
      });
    });
});

test('of several secrets the first signs and all are taken, so that one can go without a guest losing jobs', async () => {
  const next = 'the next secret for tests that nobody has';
  const issuer = 'octavo';
  const before = createTokens({ secrets: [secret], issuer, audience: 'octavo' });
  const guest = await before.guest(undefined, '192.0.2.1');
  await using server = await startServer({ worker: false, env: { AUTH_SECRET: `${next}, ${secret}` } });
  const { subject } = await before.verify(guest.token);
  // As older versions and other programs sign: without a key's name.
  const nameless = await token().sign(key(secret));
  for (const [text, who] of [
    [guest.token, subject],
    [nameless, 'alice'],
  ] as const) {
    const { viewer } = await new Client(server.url, text).data<{ viewer: { id: string } }>(
      '{ viewer { id } }',
    );
    assert.equal(viewer.id, who);
  }
  const renewed = await fetch(`${server.url}/auth/guest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${guest.token}` },
  });
  const { token: newer } = (await renewed.json()) as { token: string };
  const after = createTokens({ secrets: [next], issuer, audience: 'octavo' });
  assert.equal((await after.verify(newer)).subject, subject);
  const names = [guest.token, newer].map((text) => decodeProtectedHeader(text));
  assert.ok(names.every(({ kid, typ }) => kid && typ === 'octavo+jwt'));
  assert.notEqual(names[0]?.kid, names[1]?.kid);

  const client = new Client(server.url, newer);
  const id = await client.upload(makePdf({ pages: 1 }));
  const path = createLinks([secret], undefined).sign(parseId('file', id)!);
  assert.equal((await fetch(server.url + path)).status, 200);
  assert.equal((await fetch(server.url + path.replace(/=.{4}/, '=AAAA'))).status, 404);
});

test('clocks may differ by some seconds', async () => {
  await using server = await startServer({ worker: false });
  const late = new Client(
    server.url,
    await token((jwt) => jwt.setExpirationTime(now() - 2)).sign(key(secret)),
  );
  assert.ok((await late.data<{ viewer: object }>('{ viewer { id } }')).viewer);
});

test('a malformed Authorization header is refused, not taken for none', async () => {
  await using server = await startServer({ worker: false });
  const response = await fetch(`${server.url}/graphql?query={steps{name}}`, {
    headers: { authorization: 'Basic abc' },
  });
  assert.equal(response.status, 401);
});

for (const transport of transports)
  test(`when its token ends, a stream over ${transport} breaks and is not completed`, async () => {
    await using server = await startServer({ worker: false });
    // The clock skew is on top.
    const text = await token((jwt) => jwt.setExpirationTime(now() - 4)).sign(key(secret));
    const stream = new Client(server.url, text).subscribe(transport, 'subscription { jobsProgress { seq } }');
    await assert.rejects(
      stream.next(),
      transport === 'ws' ? { code: 4403 } : (error: Error) => error.constructor.name === 'NetworkError',
    );
  });

test('a guest renews its token and stays the same guest', async () => {
  await using server = await startServer({ worker: false });
  const guest = await server.guest();
  const viewer = '{ viewer { id } }';
  const { viewer: before } = await guest.data<{ viewer: { id: string } }>(viewer);
  const response = await fetch(`${server.url}/auth/guest`, { method: 'POST', headers: guest.headers });
  assert.equal(response.status, 201);
  const renewed = (await response.json()) as { token: string; expiresAt: string };
  assert.ok(Date.parse(renewed.expiresAt) > Date.now() + 29 * 86_400_000);
  const after = await new Client(server.url, renewed.token).data<{ viewer: { id: string } }>(viewer);
  assert.equal(after.viewer.id, before.id);
  const alice = await token().sign(key(secret));
  const refused = await fetch(`${server.url}/auth/guest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${alice}` },
  });
  assert.equal(refused.status, 401);
});

test('guests are limited, and may be switched off', async () => {
  await using server = await startServer({ worker: false });
  const statuses: number[] = [];
  for (let i = 0; i < 32; i++)
    statuses.push((await fetch(`${server.url}/auth/guest`, { method: 'POST' })).status);
  assert.equal(statuses.filter((status) => status === 201).length, 30);
  assert.equal(statuses.at(-1), 429);
  await using closed = await startServer({ worker: false, env: { GUESTS: 'false' } });
  assert.equal((await fetch(`${closed.url}/auth/guest`, { method: 'POST' })).status, 404);
});
