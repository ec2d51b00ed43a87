import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDatabase } from './helpers/database.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

const root = new URL('..', import.meta.url);

/** Starts Octavo as an operator does, where it cannot start; what it says. */
async function failToStart(env: NodeJS.ProcessEnv): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stdout: string; stderr: string }>();
  const options = {
    cwd: root,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'fatal', PORT: '0', ...env },
    timeout: 20_000,
  };
  execFile(process.execPath, ['server/main.ts'], options, (error, stdout, stderr) =>
    resolve({ code: error?.code, stdout, stderr }),
  );
  const { code, stdout, stderr } = await promise;
  assert.deepEqual([code, stdout], [1, '']);
  assert.doesNotMatch(stderr, /^ +at /m);
  return stderr;
}

test('what keeps Octavo from starting is said in a line, with what to set', async (t) => {
  await using database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'octavo-start-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  await writeFile(file, '');
  await using taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const good = {
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: database.url,
    AUTH_SECRET: 'a secret for tests that nobody else has',
  };
  const wrongPassword = new URL(database.url);
  wrongPassword.password = 'wrong';
  const cases: [string, NodeJS.ProcessEnv, RegExp][] = [
    [
      'no secret for a given database',
      { ...good, AUTH_SECRET: '' },
      /AUTH_SECRET: required where DATABASE_URL is set/,
    ],
    [
      'a port that is taken',
      { ...good, PORT: `${port}` },
      new RegExp(`^PORT: ${port} is in use; set another`),
    ],
    [
      'a DATA_DIR that cannot be',
      { ...good, DATA_DIR: file },
      /^DATA_DIR cannot be used: .* Set it to a folder/,
    ],
    // Node's own way of making it never ends there.
    ['a DATA_DIR in /proc', { ...good, DATA_DIR: '/proc/octavo' }, /^DATA_DIR cannot be used: .* Set it to/],
    [
      'a wrong password',
      { ...good, DATABASE_URL: wrongPassword.href },
      /^DATABASE_URL: password .* It must name a/,
    ],
    [
      'no database there',
      { ...good, DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' },
      /^DATABASE_URL: connect ECONNREFUSED/,
    ],
  ];
  for (const [what, env, said] of cases)
    await t.test(what, async () => assert.match(await failToStart(env), said));
});

test('a worker that does not share the folder of its database does not start', async (t) => {
  await using server = await startServer({ worker: false });
  const folder = await mkdtemp(join(tmpdir(), 'octavo-start-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { host, pathname } = new URL(server.env.DATABASE_URL ?? '');
  assert.match(
    await failToStart({ ...server.env, ROLE: 'worker', DATA_DIR: folder }),
    new RegExp(`DATABASE_URL .${host}${pathname}. is of installation .*DATA_DIR .${folder}. is of no`),
  );
});

test('all that is stored is for nobody else on the machine to read, whatever the umask', async (t) => {
  const umask = process.umask(0);
  t.after(() => process.umask(umask));
  await using server = await startServer();
  const client = await server.guest();
  const file = await client.upload(makePdf({ pages: 1 }));
  await client.finish(await client.startJob([file], [{ rotate: { degrees: 90 } }]));
  await (await fetch(`${server.url}/files/${file}/thumbnail`, { headers: client.headers })).arrayBuffer();
  const { DATA_DIR } = server.services.config;
  const entries = await readdir(DATA_DIR, { recursive: true, withFileTypes: true });
  assert.ok(entries.filter((entry) => entry.isFile()).length >= 4);
  for (const { parentPath, name } of entries) {
    const { mode } = await stat(join(parentPath, name));
    assert.equal(mode & 0o077, 0, `${join(parentPath, name)} has mode ${mode.toString(8)}`);
  }
});
