import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { buildPage, builtPage } from '../server/http/build-page.ts';
import { createStatic } from '../server/http/static.ts';
import { createDatabase } from './helpers/database.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-page-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Names of the scripts and styles that a document loads. */
function assetsOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
}

test('the page is at its own addresses, and nowhere else', async () => {
  await using server = await startServer({ worker: false });
  const get = async (path: string, accept = '*/*') => {
    const response = await fetch(server.url + path, { headers: { accept } });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };
  const page = await get('/');
  assert.deepEqual([page.status, page.type], [200, 'text/html; charset=utf-8']);
  assert.deepEqual(await get('/jobs/job_0123456789abcdef'), page);
  const nowhere = [
    '/metrics',
    '/foo.php',
    '/jobs',
    '/jobs/',
    '/jobs/a/b',
    '/assets/',
    '/assets/index-0123abcd.js',
  ];
  for (const path of [...nowhere, '/paths.json', '/%2e%2e/package.json', '/index.html/']) {
    const { status, type, body } = await get(path);
    assert.deepEqual([status, type], [404, 'application/json; charset=utf-8'], path);
    assert.match(body, /"NOT_FOUND"/, path);
    // A person is told so on the page, and led back.
    assert.deepEqual(await get(path, 'text/html,*/*;q=0.8'), { ...page, status: 404 }, path);
  }
  assert.equal((await get(`${assetsOf(page.body)[0]}.br`)).status, 404);
  for (const path of [...assetsOf(page.body), '/icon.svg', '/index.html'])
    assert.equal((await get(path)).status, 200, path);
});

test('each text comes as small as the client takes it', async () => {
  await using server = await startServer({ worker: false });
  const [script = ''] = assetsOf(await (await fetch(server.url)).text());
  const get = (encoding: string, more = {}) =>
    fetch(server.url + script, { headers: { 'accept-encoding': encoding, ...more } });
  const tags = new Set<string>();
  const plain = await (await get('identity')).text();
  for (const [encoding, coding] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*;q=0', null],
    ['', null],
  ] as const) {
    const response = await get(encoding);
    assert.deepEqual(
      [response.headers.get('content-encoding'), response.headers.get('vary')],
      [coding, 'accept-encoding'],
      encoding,
    );
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(await response.text(), plain);
    const etag = response.headers.get('etag') ?? '';
    tags.add(etag);
    assert.equal((await get(encoding, { 'if-none-match': etag })).status, 304);
  }
  assert.equal(tags.size, 3, 'a tag for each form');
});

test('a process serves the page that it started with, whatever becomes of the files', async (t) => {
  const folder = await newFolder(t);
  const built = (await builtPage())!;
  await cp(built, folder, { recursive: true });
  const page = await createStatic(folder);
  await rm(folder, { recursive: true });
  const read = async (path: string, encoding: string) => {
    const headers = { 'accept-encoding': encoding };
    const content = page({ headers } as unknown as IncomingMessage, path);
    const chunks = await Array.fromAsync(await content.read({ start: 0, end: content.bytes - 1 }));
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync }[
      String(content.headers['content-encoding'])
    ];
    return String(unpack ? unpack(Buffer.concat(chunks)) : Buffer.concat(chunks));
  };
  const html = String(await readFile(join(built, 'index.html')));
  assert.equal(await read('/jobs/job_1', ''), html);
  for (const asset of assetsOf(html))
    for (const encoding of ['br', 'gzip', ''])
      assert.equal(await read(asset, encoding), String(await readFile(join(built, asset))), asset);
});

test('two builds at once leave one page that is whole, and starts meanwhile find a whole one', async (t) => {
  const folder = await newFolder(t);
  await buildPage(folder);
  const first = await builtPage(folder);
  let building = true;
  const builds = Promise.all([buildPage(folder), buildPage(folder)]).finally(() => (building = false));
  const request = { headers: {} } as IncomingMessage;
  while (building) {
    const built = (await builtPage(folder))!;
    const page = await createStatic(built);
    for (const asset of assetsOf(String(await readFile(join(built, 'index.html'))))) page(request, asset);
  }
  await builds;
  assert.notEqual(await builtPage(folder), first);
  // Whoever has just read its name still finds the first one.
  assert.equal((await readdir(folder)).length, 4);
});

test(
  'a process without a file handle left serves the page',
  { skip: process.platform === 'win32' },
  async (t) => {
    await using database = await createDatabase();
    const child = spawn('sh', ['-c', 'ulimit -n 150 && exec "$0" "$@"', process.execPath, 'server/main.ts'], {
      cwd: new URL('..', import.meta.url),
      env: {
        PATH: process.env.PATH,
        DATA_DIR: await newFolder(t),
        DATABASE_URL: database.url,
        AUTH_SECRET: 'a secret for tests that nobody else has',
        ROLE: 'web',
        PORT: '0',
        // Or connections are refused before the handles run out.
        MAX_CONNECTIONS: '1000',
        LOG_LEVEL: 'fatal',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const sockets: Socket[] = [];
    t.after(async () => {
      for (const socket of sockets) socket.destroy();
      child.kill('SIGKILL');
      await exited;
    });
    let url: URL | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      url = URL.parse(/http\S+/.exec(line)?.[0] ?? '') ?? undefined;
      if (url) break;
    }
    const open = async () => {
      const socket = connect(Number(url?.port), '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      sockets.push(socket);
      return socket;
    };
    const first = await open();
    let heard = '';
    first.on('data', (chunk) => (heard += String(chunk)));
    const ask = async (path: string) => {
      heard = '';
      first.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await until(`${path} is answered`, () => heard.includes('\r\n\r\n'));
      return heard.split('\r\n')[0];
    };
    assert.equal(await ask('/livez'), 'HTTP/1.1 200 OK');
    while (sockets.length < 200) await open();
    assert.equal(await ask('/'), 'HTTP/1.1 200 OK');
    for (const socket of sockets.splice(0)) socket.destroy();
    await until('it lives', () =>
      fetch(new URL('/livez', url)).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    assert.equal(child.exitCode, null);
  },
);
