import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { builtPage } from '../server/http/build-page.ts';
import { startServer } from './helpers/server.ts';
import { startVisit, useBrowser } from './helpers/visit.ts';

useBrowser();

const assets = join((await builtPage())!, 'assets');
const limit = 130_000;

test('a first visit loads at most 130 KB of JavaScript, gzipped, and nothing from elsewhere', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const loaded = new Set<string>();
  const plain: string[] = [];
  page.on('response', (response) => {
    loaded.add(response.url());
    const packed = response.headers()['content-encoding'] !== undefined;
    if (response.url().endsWith('.js') && !packed && Number(response.headers()['content-length']) > 1_000)
      plain.push(response.url());
  });
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
  assert.ok([...loaded].every((url) => url.startsWith(server.url)));

  assert.deepEqual(plain, [], 'sent as they are');

  const names = await readdir(assets);
  // The worker that all tabs share is fetched beside the page, unseen by it.
  const isLoaded = (name: string) =>
    loaded.has(`${server.url}/assets/${name}`) || name.startsWith('shared-worker');
  const scripts = names.filter((name) => /\.m?js$/.test(name) && isLoaded(name));
  const sizes = await Promise.all(
    scripts.map(async (name) => gzipSync(await readFile(join(assets, name))).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(scripts.length >= 2, 'the page and its worker');
  const list = scripts.map((name, index) => `${name} ${sizes[index]}`).join(', ');
  assert.ok(total <= limit, `${total} bytes: ${list}`);
  console.log(`# first load: ${total} bytes gzipped (${list})`);
});
