import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startRole } from './helpers/process.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { refusal, tusClient } from './helpers/tus.ts';
import { until } from './helpers/wait.ts';

const run = promisify(execFile);

/** A server that is told how much of its disk is free. */
async function startOnDisk(t: TestContext, MIN_FREE_BYTES: string) {
  const server = await startServer({ worker: false, env: { MIN_FREE_BYTES } });
  const disk = { free: 332_000_000, total: 1_000_000_000 };
  t.mock.method(server.services.storage, 'space', async () => disk);
  return Object.assign(server, { disk });
}

const parts = ({ env }: TestServer) => readdir(join(env.DATA_DIR ?? '', 'incoming-parts'));
const pdf = makePdf({ pages: 1 });

async function readiness(url: string): Promise<{ status: number; ready: boolean; storage: string }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, ...((await response.json()) as { ready: boolean; storage: string }) };
}

/** `POST /files` of which nothing but the beginning is sent until it is ended. */
function holdOpen(client: Client, headers: Record<string, string | number>) {
  const call = request(`${client.url}/files?name=a.pdf`, {
    method: 'POST',
    headers: { ...client.headers, ...headers },
  });
  call.on('error', () => {});
  call.write('%PDF-');
  return call;
}

test('room is promised once: to uploads in pieces, and to those whose bytes come at once', async (t) => {
  await using server = await startOnDisk(t, '100000000');
  const client = await server.guest();
  const tus = tusClient(client);
  const answers = await Promise.all(Array.from({ length: 8 }, () => tus.begin(70_000_000)));
  const taken = answers.filter(({ status }) => status === 201);
  // Of 232 MB above the reserve the third would leave its result no room.
  assert.equal(taken.length, 2);
  for (const answer of answers.filter((one) => !taken.includes(one)))
    assert.equal((await refusal(answer)).code, 'STORAGE_FULL');
  assert.equal((await parts(server)).length, 2);

  await t.test('what is deleted makes room for another, which promises it to nobody else', async () => {
    assert.equal((await tus.end(taken[0]?.headers.get('location') ?? '')).status, 204);
    const held = holdOpen(client, { 'content-length': 70_000_000 });
    await until('it is let in', async () => (await countUploads(server)) === 2);
    assert.equal((await tus.begin(70_000_000)).status, 507);
    held.destroy();
    await until('its room is free', async () => (await countUploads(server)) === 1);
    assert.equal((await tus.begin(70_000_000)).status, 201);
  });

  await t.test('who does not go on for long keeps the part, not the room', async () => {
    const url = taken[1]?.headers.get('location') ?? '';
    await server.services.database.sql`update uploads set touched_at = now() - interval '11 minutes'`;
    assert.equal((await tus.begin(90_000_000)).status, 201);
    server.disk.free = 200_000_000;
    assert.equal((await refusal(await tus.send(url, 0, Buffer.alloc(10)))).code, 'STORAGE_FULL');
    assert.equal((await tus.ask(url)).headers.get('upload-offset'), '0');
  });
});

async function countUploads({ services }: TestServer): Promise<number> {
  const [row] = await services.database.sql`select count(*)::int as count from uploads`;
  return row?.['count'] as number;
}

test('an upload is ended, and gone, when the room for it goes while its bytes flow', async (t) => {
  await using server = await startOnDisk(t, '100000000');
  const client = await server.guest();
  const tus = tusClient(client);
  const url = await tus.address(10_000_000);
  assert.equal((await tus.send(url, 0, Buffer.alloc(2_000_000))).status, 204);
  const used = { ...server.disk };
  t.mock.method(server.services.storage, 'space', async () => {
    // The promise is renewed, then jobs take the rest.
    const now = { ...used };
    used.free = 90_000_000;
    return now;
  });
  assert.equal((await refusal(await tus.send(url, 2_000_000, Buffer.alloc(4_000_000)))).code, 'STORAGE_FULL');
  assert.equal((await tus.ask(url)).status, 404);
  assert.deepEqual(await parts(server), []);

  used.free = 120_000_000;
  const response = await client.post(Buffer.concat([pdf, Buffer.alloc(4_000_000)]));
  assert.equal(response.status, 507);
  assert.equal(await countUploads(server), 0);
  assert.deepEqual(await readdir(join(server.env.DATA_DIR ?? '', 'incoming')), []);
});

test('an upload that does not say its length is promised room as it comes', async (t) => {
  await using server = await startOnDisk(t, '100000000');
  const client = await server.guest();
  const call = holdOpen(client, { 'transfer-encoding': 'chunked' });
  await until('it is let in', async () => (await countUploads(server)) === 1);
  const answer = new Promise<number | undefined>((done) =>
    call.once('response', (response) => done(response.statusCode)),
  );
  // Not below the reserve, but less than the next 8 MB of it.
  server.disk.free = 105_000_000;
  for (let sent = 0; sent < 24; sent++) call.write(Buffer.alloc(1_000_000));
  call.end();
  assert.equal(await answer, 507);
  assert.equal(await countUploads(server), 0);
});

test('/readyz tells that the disk is full and what to do, and keeps the process in service', async (t) => {
  await using server = await startOnDisk(t, '100000000');
  assert.equal((await readiness(server.url)).storage, 'ok');
  server.disk.free = 90_000_000;
  const { status, ready, storage } = await readiness(server.url);
  assert.deepEqual([status, ready], [200, true]);
  assert.match(storage, /^full: .*MIN_FREE_BYTES/);
});

test('the unfinished uploads of one owner are bounded, those held open among them', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const tus = tusClient(client);
  const held = holdOpen(client, { 'content-length': 2_000 });
  await until('it is let in', async () => (await countUploads(server)) === 1);
  const urls = await Promise.all(Array.from({ length: 199 }, () => tus.address(1_000)));
  const { status, code, message } = await refusal(await tus.begin(1_000));
  assert.deepEqual([status, code], [429, 'RATE_LIMITED']);
  assert.match(message, /200 unfinished uploads/);
  assert.equal((await client.post(pdf)).status, 429);
  assert.equal((await (await server.guest()).post(pdf)).status, 201);
  assert.equal((await tus.end(urls[0] ?? '')).status, 204);
  assert.equal((await client.post(pdf)).status, 201);
  held.destroy();
});

test('on a real disk of 232 MB nothing stops for want of room', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-disk-'));
  await chmod(folder, 0o755);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=232m,mode=755', 'tmpfs', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    return t.skip(`a file system of its own cannot be mounted here: ${(error as Error).message.trim()}`);
  }
  const env = { DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'fatal' };
  await mkdir(env.DATA_DIR);
  const free = async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  try {
    {
      await using all = await startRole(env);
      const url = /http:\S+/.exec(all.ready)?.[0] ?? '';
      const client = await Client.guest(url);
      const tus = tusClient(client);
      const file = await client.upload(pdf);

      await t.test('uploads are let in while there is room, and the database goes on', async () => {
        const bytes = Buffer.concat([pdf, Buffer.alloc(20_000_000, '%')]);
        const begun = await Promise.all(Array.from({ length: 8 }, () => tus.begin(bytes.length)));
        const taken = begun.filter(({ status }) => status === 201);
        assert.ok(taken.length > 0 && taken.length < 8, `${taken.length} let in`);
        const sent = await Promise.all(
          taken.map((one) => tus.send(one.headers.get('location') ?? '', 0, bytes)),
        );
        assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([204]));
        assert.ok((await free()) > 64_000_000, `${await free()} bytes are left`);
        const job = await client.finish(await client.startJob([file], [{ rotate: { degrees: 90 } }]));
        assert.equal(job.state, 'COMPLETED');
      });

      await t.test('others fill it: uploads are refused, running jobs have the reserve', async () => {
        await writeFile(join(folder, 'others'), Buffer.alloc((await free()) - 45_000_000));
        assert.equal((await client.post(pdf)).status, 507);
        const { status, storage } = await readiness(url);
        assert.equal(status, 200);
        assert.match(storage, /^full: /);
        const job = await client.finish(await client.startJob([file], [{ rotate: { degrees: 90 } }]));
        assert.equal(job.state, 'COMPLETED');
      });
      assert.equal(await all.stop('SIGTERM'), 0);
    }

    await t.test('a start on it says which folder, how much is free, how much is needed', async () => {
      await writeFile(join(folder, 'more'), Buffer.alloc((await free()) - 5_000_000));
      await assert.rejects(
        run(process.execPath, ['--import', './server/preflight.js', 'server/main.ts'], {
          cwd: new URL('..', import.meta.url),
          env: { PATH: process.env.PATH, ...env },
        }),
        ({ code, stderr }: { code: number; stderr: string }) => {
          assert.equal(code, 1);
          assert.match(
            stderr,
            /^DATA_DIR: the disk of \S+ is full: [45] MB are free, 32 MB are needed to start\. Free/,
          );
          return true;
        },
      );
    });

    await t.test('with room again, it starts and has lost nothing', async () => {
      for (const name of ['others', 'more']) await rm(join(folder, name));
      await using all = await startRole(env);
      const url = /http:\S+/.exec(all.ready)?.[0] ?? '';
      assert.equal((await readiness(url)).storage, 'ok');
      await (await Client.guest(url)).upload(pdf);
      await all.stop('SIGTERM');
    });
  } finally {
    await run('umount', [folder]);
    await rm(folder, { recursive: true });
  }
});
