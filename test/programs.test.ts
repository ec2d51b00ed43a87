import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { settings } from '../server/config.ts';
import { findFreePort } from '../server/db/embedded/free-port.ts';
import { Client } from './helpers/client.ts';
import { until } from './helpers/wait.ts';

const cwd = new URL('..', import.meta.url);
const env = { PATH: process.env.PATH, LOG_LEVEL: 'fatal' };

/** Runs a program of `server/` to its end. */
async function run(program: string, flags: string[], more: NodeJS.ProcessEnv = {}) {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stdout: string; stderr: string }>();
  const args = ['--import', './server/preflight.js', `server/${program}.ts`, ...flags];
  execFile(process.execPath, args, { cwd, env: { ...env, ...more } }, (error, stdout, stderr) =>
    resolve({ code: error?.code ?? 0, stdout: stdout.trim(), stderr: stderr.trim() }),
  );
  return promise;
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-programs-'));
  await chmod(folder, 0o755);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** `npm …`, once it says where Octavo is. Whatever is left of it when the test ends is killed. */
async function startNpm(t: TestContext, args: string[]): Promise<{ npm: ChildProcess; url: string }> {
  const npm = spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  t.after(() => {
    try {
      process.kill(-npm.pid!, 'SIGKILL');
    } catch {
      // As it should be: nothing is left.
    }
  });
  for await (const line of createInterface(npm.stdout)) {
    const [, url] = /^Octavo is ready: (.*)$/.exec(line) ?? [];
    if (!url) continue;
    npm.stdout.resume();
    return { npm, url };
  }
  throw new Error('npm ended before Octavo was ready');
}

test('--help of each program lists every setting, and what it takes besides', async () => {
  for (const [program, own] of [
    ['main', []],
    ['dev', []],
    ['token', ['SUB', 'NAME', 'DAYS', 'REVOKE', 'ISSUER']],
  ] as const) {
    const { code, stdout, stderr } = await run(program, ['--help']);
    assert.deepEqual([code, stderr], [0, '']);
    const listed = [...stdout.matchAll(/^ {2}--([a-z-]+) +\S/gm)].map(([, flag]) => flag);
    const expected = [...own, ...Object.keys(settings)];
    assert.deepEqual(
      listed,
      expected.map((name) => name.toLowerCase().replaceAll('_', '-')),
    );
  }
});

test('each program refuses a flag that it does not know and a setting that is wrong, at once', async () => {
  for (const program of ['main', 'dev', 'token']) {
    const { code, stderr } = await run(program, ['--colour', 'red', '--max-pages', '0']);
    assert.equal(code, 1);
    assert.match(stderr, /--colour: no such flag.*MAX_PAGES: must be.*"0"$/s);
    assert.doesNotMatch(stderr, /^ +at /m);
  }
});

test('a token is signed with the secret of a server or not at all; Ctrl-C stops all that npm started, in order', async (t) => {
  const folder = await makeFolder(t);
  const elsewhere = await makeFolder(t);
  const { npm, url } = await startNpm(t, ['start', '--', '--data-dir', folder, '--port=0']);
  const [postmaster] = (await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8')).split('\n');

  const alice = await run('token', ['--sub', 'alice', '--data-dir', folder]);
  assert.equal(alice.code, 0);
  const { viewer } = await new Client(url, alice.stdout).data<{ viewer: { id: string } }>(
    '{ viewer { id } }',
  );
  assert.equal(viewer.id, 'alice');
  const refused = await run('token', ['--sub', 'alice'], { DATA_DIR: elsewhere });
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, new RegExp(`^DATA_DIR .${elsewhere}. has no secret`));
  assert.deepEqual(await readdir(elsewhere), []);
  assert.match((await run('token', [])).stderr, /^--sub or --revoke: one of the two is required/);
  // In the database that the server has started for itself.
  const ended = await run('token', ['--revoke', 'alice', '--data-dir', folder]);
  assert.match(ended.stdout, /^All tokens and sessions of alice/);
  await until(
    'it is known',
    async () => (await new Client(url, alice.stdout).ask('{ viewer { id } }')).errors,
  );

  // As a terminal has it: to all of the group, and npm hands on what it gets.
  process.kill(-npm.pid!, 'SIGINT');
  assert.deepEqual(await once(npm, 'exit'), [0, null], 'stopped in order, not by force');
  await until('Postgres is gone', () => isGone(Number(postmaster)), 5_000);
  // Its last act.
  await assert.rejects(fetch(`${url}/livez`));
});

test('flags of the program for development reach the server', async (t) => {
  const folder = await makeFolder(t);
  const port = await findFreePort();
  const flags = ['--data-dir', folder, '--port', String(port)];
  const { npm, url } = await startNpm(t, ['run', 'dev', '--', ...flags]);
  assert.equal(url, `http://127.0.0.1:${port}`);
  npm.kill('SIGTERM');
  await once(npm, 'exit');
  await until('the server is gone', () =>
    fetch(`${url}/livez`).then(
      () => false,
      () => true,
    ),
  );
});

function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}
