import assert from 'node:assert/strict';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { getPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createDiskStorage } from '../server/files/disk.ts';
import { removeStaleFolders } from '../server/pdf/slot/slot-folder.ts';
import { bench, commit, patient, rogue } from './helpers/slots.ts';

test('A slot that turns against its host is refused all but its own input and output', async (t) => {
  const { slots, dir, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'the input');
  const secret = await file('secret.txt', 'a secret');
  const socket = join(dirname(dir), 'socket');
  const server = createServer().listen(socket);
  t.after(() => server.close());
  const deed = (name: string, path?: string) =>
    slots.use(patient(), (slot) => commit(slot, input, name, path));

  assert.equal(await deed('readInput'), 'the input');
  assert.equal(await deed('writeOutput'), 'undefined');

  const refused: [deed: string, path?: string][] = [
    ['read', secret],
    ['read', '/etc/passwd'],
    ['read', '/proc/self/environ'],
    ['read', input],
    ['list', dirname(dir)],
    ['list', dir],
    ['write', secret],
    ['write', `${dir}/planted`],
    ['writeInput'],
    ['openInput'],
    ['chmodInput'],
    ['truncateInput'],
    ['removeInput'],
    ['moveInput'],
    ['linkInput'],
    ['symlink', secret],
    ['touchInput'],
    ['chmodOpenInput'],
    ['climb'],
    ['spawn'],
    ['thread'],
    ['listen'],
    ['connect'],
    ['connectUnix', socket],
    ['datagram'],
    ['resolve'],
    ['inspect'],
    ['dump', `${dir}/heap`],
  ];
  for (const [name, path] of refused)
    assert.equal(await deed(name, path), 'ERR_ACCESS_DENIED', `${name} ${path}`);
  // Behind a second wall it is not even there.
  assert.match(await deed('code', secret), /^ERR_(ACCESS_DENIED|MODULE_NOT_FOUND)$/);
  assert.equal(await deed('addon'), 'ERR_DLOPEN_DISABLED');
  // SQLite would open and make files anywhere, permission or not.
  assert.equal(await deed('database'), 'ERR_UNKNOWN_BUILTIN_MODULE');
  assert.equal(await deed('foreign'), 'ERR_UNKNOWN_BUILTIN_MODULE');
  // Where it is: `/`.
  assert.match(await deed('environment'), /^(PWD)?$/);
  assert.equal(await deed('largeFile'), 'EFBIG');

  assert.equal(await readFile(input, 'utf8'), 'the input');
  assert.equal(await readFile(secret, 'utf8'), 'a secret');
});

test('A slot has no power over other processes', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)']);
  t.after(() => victim.kill());
  await once(victim, 'spawn');
  assert.equal(await slots.use(patient(), (slot) => commit(slot, input, 'signal', `${victim.pid}`)), '');
  assert.equal(getPriority(victim.pid), getPriority());
  assert.deepEqual([victim.exitCode, victim.signalCode], [null, null]);
});

test('An input comes into the slot as a hard link, and the slot is wiped after each job', async (t) => {
  const { slots, dir, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'the input');
  await slots.use(patient(), async (slot) => {
    await commit(slot, input, 'writeOutput');
    assert.equal((await stat(input)).nlink, 2);
    const [folder = ''] = await readdir(dir);
    assert.deepEqual(await readdir(`${dir}/${folder}/out`), ['0']);
  });
  assert.equal((await stat(input)).nlink, 1);
  const left = await readdir(dir, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left.filter((entry) => !entry.isDirectory()),
    [],
  );
  await slots.close();
  assert.deepEqual(await readdir(dir), []);
});

test('An input that is a symbolic link comes in as the file that it names', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'the input');
  await symlink(input, `${input}.link`);
  assert.equal(await slots.use(patient(), (slot) => commit(slot, `${input}.link`, 'readInput')), 'the input');
});

test('What a slot leaves as a symbolic link is not taken for a result', async (t) => {
  const { dir, file } = await bench(t);
  const secret = await file('secret', 'a secret');
  await chmod(secret, 0o640);
  const storage = await createDiskStorage(dir);
  await symlink(secret, `${dir}/result`);
  await assert.rejects(storage.adopt('result', `${dir}/result`), { code: 'ELOOP' });
  assert.equal((await stat(secret)).mode & 0o777, 0o640);
  await assert.rejects(storage.size('result'), { code: 'ENOENT' });
});

test('A second file in the same turn takes the place of the first, and leaves it as it is', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const [first, second] = [await file('first.pdf', 'the first'), await file('second.pdf', 'the second')];
  await slots.use(patient(), async (slot) => {
    assert.equal(await commit(slot, first, 'readInput'), 'the first');
    assert.equal(await commit(slot, second, 'readInput'), 'the second');
  });
  assert.equal(await readFile(first, 'utf8'), 'the first');
});

test('An input from another file system is copied', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const home = await mkdtemp('/dev/shm/octavo-').catch(() => undefined);
  if (!home || (await stat(home)).dev === (await stat(await file('here', ''))).dev)
    return t.skip('one file system');
  t.after(() => rm(home, { recursive: true }));
  const input = join(home, 'input.pdf');
  await writeFile(input, 'from afar');
  await slots.use(patient(), async (slot) => {
    assert.equal(await commit(slot, input, 'readInput'), 'from afar');
    assert.equal((await stat(input)).nlink, 1);
  });
});

test('Folders that a killed process left behind are removed, those of living ones are not', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'octavo-stale-'));
  t.after(() => rm(home, { recursive: true }));
  await mkdir(join(home, 'slot-stale/in'), { recursive: true });
  await mkdir(join(home, 'slot-living/in'), { recursive: true });
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const path of ['slot-stale/in', 'slot-stale', 'slot-living'])
    await utimes(join(home, path), longAgo, longAgo);
  await removeStaleFolders(home);
  assert.deepEqual(await readdir(home), ['slot-living']);
});
