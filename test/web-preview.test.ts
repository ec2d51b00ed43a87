import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { jpegOf, photo } from './helpers/pictures.ts';
import { startServer } from './helpers/server.ts';
import { addStep, chooseFiles, startVisit, tokenOf, useBrowser } from './helpers/visit.ts';
import { until } from './helpers/wait.ts';

useBrowser();

test('a file has its picture before it is sent', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url, { mayFail: /net::ERR_FAILED/ });
  const { page } = visit;
  await page.goto('/');
  await page.route('**/uploads', (route) => route.abort());
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 2 }) });
  const picture = page.locator('.document canvas.thumbnail');
  await until('it is drawn', () => picture.evaluate((canvas: HTMLCanvasElement) => canvas.width > 20));
  assert.equal(await page.locator('.document').getByText('2 pages').count(), 0);
});

test('numbers, an image and a crop are shown on the first page', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 5 }) });
  const preview = page.locator('.preview svg');
  await addStep(page, 'Number pages');
  await page.locator('.step').last().getByLabel('Format').fill('{n} of {total}');
  await preview.getByText('1 of 5').waitFor();
  await addStep(page, 'Stamp an image');
  await preview.locator('.image-mark').waitFor();
  await addStep(page, 'Crop pages');
  await page.locator('.step').last().getByLabel('Left').fill('100');
  const shape = await preview.locator('.cropped').getAttribute('d');
  assert.match(shape ?? '', /M100 0V/);
});

test('a stamp is typed in lines, and each is shown', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 5 }) });
  await addStep(page, 'Stamp text');
  await page.locator('textarea').fill('COPY {n} of {total}\nسري');
  const lines = page.locator('.preview svg tspan');
  await lines.getByText('سري').waitFor();
  assert.deepEqual(await lines.allTextContents(), ['COPY 1 of 5', 'سري']);
});

test('a file is made smaller as the form says, and later told to be gone', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  const image = await jpegOf(photo(300, 200, 3), 300, 'srgb');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 3, image }) });
  await addStep(page, 'Make smaller');
  await page.getByLabel('Quality of images').fill('101');
  await page.getByLabel('Quality of images').blur();
  await page.locator('.step').getByText(/100/).first().waitFor();
  await page.getByLabel('Quality of images').fill('60');
  await page.locator('.document').getByText('3 pages').waitFor();
  await page.getByLabel('Quality of images').press('Enter');
  await page.waitForURL(/\/jobs\//);
  await page
    .getByText(/a\.pdf: .* → /)
    .first()
    .waitFor();
  const client = new Client(server.url, await tokenOf(page));
  const { jobs } = await client.data<{
    jobs: { edges: { node: { steps: { options: string }[] } }[] };
  }>('{ jobs(first: 1) { edges { node { steps { options } } } } }');
  assert.deepEqual(JSON.parse(jobs.edges[0]?.node.steps[0]?.options ?? ''), { imageQuality: 60 });

  const { db } = server.services.database;
  await db.execute(sql`update jobs set expired = true`);
  await db.execute(sql`update files set removed_at = now()`);
  await page.reload();
  await page.getByText('The files have been deleted as promised.').waitFor();
});

test('a list that takes long says that it loads', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    await answered;
    await route.continue();
  });
  await page.reload();
  await page.getByLabel('Loading…').waitFor();
  assert.equal(await page.getByText('No jobs yet').count(), 0);
  answer();
  await page.getByText('No jobs yet').waitFor();
});
