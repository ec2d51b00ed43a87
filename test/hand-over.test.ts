import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseId } from '../server/id.ts';
import { type Answer, Client, type ProgressView, transports } from './helpers/client.ts';
import { type Issuer, startIssuer } from './helpers/issuer.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { tusClient } from './helpers/tus.ts';
import { Visitor } from './helpers/visitor.ts';
import { until } from './helpers/wait.ts';

const rotate = [{ rotate: { degrees: 90 } }];
let issuer: Issuer;
let server: TestServer;
before(async () => {
  issuer = await startIssuer();
  server = await startServer({
    env: { ...issuer.env, GUESTS: 'true' },
    // Each page range takes a while.
    slotEntry: new URL('fixtures/slow-range.ts', import.meta.url),
  });
  await issuer.expect(server.url);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const signedIn = (name: string): Promise<Visitor> => Visitor.signedIn(server.url, name);

test('a guest who signs in keeps jobs, files and uploads under way, and leaves nothing behind', async () => {
  const guest = await server.guest();
  const visitor = await signedIn('alice');
  // As in another browser, which follows all along.
  const already = await visitor.client(server.url);
  const heard = new Set<string>();
  const stream = already.subscribe<{ jobsProgress: ProgressView }>(
    'ws',
    'subscription { jobsProgress { seq job { id } } }',
  );
  void (async () => {
    for await (const { data } of stream) if (data) heard.add(data.jobsProgress.job.id);
  })();

  const finished = await guest.startJob([await guest.upload(makePdf({ pages: 2 }), 'done.pdf')], rotate);
  const { outputs } = await guest.finish(finished);
  const spare = await guest.upload(makePdf({ pages: 1 }), 'spare.pdf');
  const pdf = makePdf({ pages: 3 });
  const half = await tusClient(guest).address(pdf.length);
  await tusClient(guest).send(half, 0, pdf.subarray(0, 100));
  const link = (await guest.job(finished))!.outputs[0]!.url;
  const running = await guest.startJob([spare], rotate);
  await until('it is running', async () => (await guest.job(running))?.state === 'RUNNING');

  const alice = await visitor.client(server.url, guest);
  for (const id of [finished, running]) {
    assert.equal(await guest.job(id), null);
    assert.equal((await alice.job(id))?.id, id);
  }
  for (const id of [spare, outputs[0]!.id]) {
    assert.equal((await fetch(`${server.url}/files/${id}`, { headers: guest.headers })).status, 404);
    assert.equal((await fetch(`${server.url}/files/${id}`, { headers: alice.headers })).status, 200);
  }
  assert.equal((await fetch(new URL(link, server.url))).status, 200);

  const ended = await alice.finish(running);
  assert.equal(ended.state, 'COMPLETED');
  const result = await fetch(`${server.url}/files/${ended.outputs[0]!.id}`, { headers: alice.headers });
  assert.equal(result.status, 200);

  assert.equal((await tusClient(guest).ask(half)).status, 404);
  const uploaded = await tusClient(alice).send(half, 100, pdf.subarray(100));
  await alice.startJob([uploaded.headers.get('octavo-file-id')!, spare], [{ merge: {} }]);
  const { userErrors } = await guest.createJob([spare], rotate);
  assert.equal(userErrors[0]?.code, 'NOT_FOUND');
  await until('the other browser has heard of all', () => [finished, running].every((id) => heard.has(id)));
  await stream.return?.();
});

for (const transport of transports)
  test(`what a guest watches over ${transport} is not theirs any more once it is handed over, and can be watched anew`, async () => {
    const guest = await server.guest();
    const id = await guest.startJob([await guest.upload(makePdf({ pages: 2 }))], rotate, { name: 'watched' });
    const answers: Answer<{ jobProgress: ProgressView }>[] = [];
    const watched = (async () => {
      try {
        for await (const answer of guest.watch(transport, id)) answers.push(answer);
      } catch (errors) {
        answers.push({ errors: errors as NonNullable<Answer<never>['errors']> });
      }
    })();
    await until('it is watched', () => answers.length > 0);
    const visitor = await signedIn('bob');
    const bob = await visitor.client(server.url, guest);
    await watched;
    assert.equal(answers.at(-1)?.errors?.[0]?.extensions.code, 'NOT_FOUND');
    // On the same copy of the job that this process keeps for all who watch it.
    assert.equal((await bob.finish(id, transport)).state, 'COMPLETED');
  });

test('an upload that was begun as a guest and ends after the sign-in is the person’s', async () => {
  const guest = await server.guest();
  const visitor = await signedIn('carol');
  const pdf = makePdf({ pages: 2 });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const posted = fetch(`${server.url}/files?name=slow.pdf`, {
    method: 'POST',
    headers: guest.headers,
    body: readable,
    duplex: 'half',
  } as RequestInit);
  void writer.write(pdf.subarray(0, 200));
  const { sql } = server.services.database;
  const { subject } = await server.services.tokens.verify(guest.token!);
  await until('it has begun', async () => (await sql`select from uploads where subject = ${subject}`).length);
  const carol = await visitor.client(server.url, guest);
  await writer.write(pdf.subarray(200));
  await writer.close();
  const response = await posted;
  assert.equal(response.status, 201);
  const { id } = (await response.json()) as { id: string };
  assert.equal((await fetch(`${server.url}/files/${id}`, { headers: carol.headers })).status, 200);
});

test('a key that both have used for a job does not stand in the way', async () => {
  const visitor = await signedIn('dora');
  const dora = await visitor.client(server.url);
  const guest = await server.guest();
  const create = async (client: Client) =>
    client.startJob([await client.upload(makePdf({ pages: 1 }))], rotate, { idempotencyKey: 'monday' });
  const [hers, theirs] = [await create(dora), await create(guest)];
  await visitor.client(server.url, guest);
  assert.ok((await dora.job(hers)) && (await dora.job(theirs)));
  const { sql } = server.services.database;
  const [kept] = await sql`select id from jobs where subject = 'dora' and idempotency_key = 'monday'`;
  assert.equal(kept?.id, parseId('job', hers));
});

test('only the guest’s own token hands over, and a bad one changes nothing', async () => {
  const visitor = await signedIn('erin');
  const guest = await server.guest();
  const job = await guest.startJob([await guest.upload(makePdf({ pages: 1 }))], rotate);
  const own = (await server.services.tokens.sign({ subject: 'frank' }, 60)).token;
  const late = (await server.services.tokens.sign({ subject: 'guest-1', guest: true }, -60)).token;
  const account = await visitor.client(server.url);
  for (const token of [own, late, account.token!, `${guest.token}x`])
    assert.equal(
      (await visitor.post(server.url, '/auth/token', { guest: new Client(server.url, token) })).status,
      401,
    );
  // Nor does a guest without a session, or one who asks from elsewhere.
  assert.equal((await new Visitor().post(server.url, '/auth/token', { guest })).status, 401);
  assert.equal(
    (await visitor.post(server.url, '/auth/token', { guest, origin: 'https://evil.example' })).status,
    403,
  );
  assert.equal((await guest.job(job))?.id, job);
  assert.equal(await account.job(job), null);
  // And an account is no guest, who could be handed over to another.
  const renewed = await fetch(`${server.url}/auth/guest`, { method: 'POST', headers: account.headers });
  assert.equal(renewed.status, 401);
});
