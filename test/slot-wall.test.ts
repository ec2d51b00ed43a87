import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findSecondWall, noSecondWall, type SecondWall } from '../server/pdf/slot/second-wall.ts';
import { runJob } from './hostile/drive.ts';
import { makePdf } from './helpers/pdf.ts';
import { isAlive } from './helpers/process.ts';
import { bench, commit, patient, rogue } from './helpers/slots.ts';
import { until } from './helpers/wait.ts';

const probe = fileURLToPath(new URL('fixtures/wall-probe.mjs', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const own = ['reads its input', 'writes its output'];

/** What code reaches that nothing but this wall holds. */
async function reached(t: TestContext, wall: SecondWall): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'octavo-wall-'));
  const server = createServer().listen(0, '127.0.0.1');
  const local = createServer().listen(join(home, 'socket'));
  t.after(async () => {
    server.close();
    local.close();
    await rm(home, { recursive: true, force: true });
  });
  const folder = join(home, 'slot');
  for (const name of ['in', 'out']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'in/0'), 'the input');
  await writeFile(join(home, 'secret'), 'a secret');
  const { port } = server.address() as AddressInfo;
  const places = {
    secret: join(home, 'secret'),
    folder,
    host: process.pid,
    port,
    socket: join(home, 'socket'),
  };
  const readable = [join(root, 'server'), probe, process.execPath, join(folder, 'in')];
  const around = wall.around({ readable, writable: join(folder, 'out') });
  const [command, ...args] = [...around, process.execPath, probe, JSON.stringify(places)];
  const { stdout } = await promisify(execFile)(command, args, { env: {} });
  return JSON.parse(stdout) as string[];
}

test('code that has got past Node’s permissions reaches its input and output, and nothing else', async (t) => {
  const wall = await findSecondWall('auto');
  if (wall.missing !== undefined) return t.skip(wall.missing);
  assert.deepEqual(await reached(t, wall), own);
});

test('without the wall the same code reaches all that its user does', async (t) => {
  const all = await reached(t, noSecondWall);
  for (const deed of [
    ...own,
    'reads a secret beside it',
    'reads the environment of its host',
    'signals its host',
  ])
    assert.ok(all.includes(deed), deed);
  assert.ok(all.includes('connects to the database'));
});

test('where it is required and cannot be had, it is said what to do; else why there is none', async () => {
  await assert.rejects(findSecondWall('required', '/nowhere/bwrap'), {
    message:
      'SLOT_WALL is “required”, but bubblewrap is not installed (/nowhere/bwrap). See “A second wall” in the README, or set “auto”.',
  });
  const { missing, around } = await findSecondWall('auto', '/bin/false');
  assert.match(missing ?? '', /^bubblewrap cannot build it here: /);
  assert.deepEqual(around({ readable: [], writable: '/tmp' }), []);
});

for (const wish of ['auto', 'off'] as const) {
  test(`steps with and without native code work with SLOT_WALL=${wish}`, async (t) => {
    const { slots, file } = await bench(t, { second: await findSecondWall(wish) });
    const path = await file('a.pdf', makePdf({ pages: 2 }));
    for (const step of [
      { name: 'rotate', options: { degrees: 90 } },
      { name: 'images', options: { dpi: 36, format: 'PNG' } },
    ]) {
      const sources = [{ name: 'a.pdf', path }];
      const { documents } = await slots.use(patient(), (slot) => runJob(slot, { sources }, [step]));
      assert.deepEqual(
        documents.map(({ mediaType }) => mediaType),
        [step.name === 'images' ? 'application/zip' : 'application/pdf'],
      );
    }
  });

  test(`a slot is ended with all that it has started, with SLOT_WALL=${wish}`, async (t) => {
    const { slots, file } = await bench(t, { entry: rogue, second: await findSecondWall(wish) });
    const input = await file('input.pdf', 'x');
    const ended = new AbortController();
    let pid: number | undefined;
    const hanging = slots.use(ended.signal, async (slot) => {
      await commit(slot, input, 'readInput');
      pid = slot.pid;
      await commit(slot, input, 'hang', '', () => ended.abort(new Error('enough')));
    });
    await assert.rejects(hanging, /enough/);
    await until('it is gone', () => !isAlive(pid!));
  });
}
