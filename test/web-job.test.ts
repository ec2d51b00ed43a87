import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { startWorker } from '../server/worker.ts';
import { Client } from './helpers/client.ts';
import { makePdf, readPdf } from './helpers/pdf.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer } from './helpers/server.ts';
import {
  addStep,
  checkAccessibility,
  chooseFiles,
  startVisit,
  timeline,
  tokenOf,
  useBrowser,
} from './helpers/visit.ts';
import { until } from './helpers/wait.ts';

useBrowser();

test('a visitor uploads, chooses steps, watches and downloads; a second tab and the list see the same', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page, context } = visit;
  const list = await visit.open('/');

  await page.goto('/');
  await chooseFiles(page, { 'report.pdf': makePdf({ pages: 60 }), 'appendix.pdf': makePdf({ pages: 3 }) });
  await addStep(page, 'Merge documents');
  await addStep(page, 'Rotate pages');
  await page.getByLabel('Degrees').fill('90');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL('**/jobs/job_*');
  const second = await visit.open(new URL(page.url()).pathname);

  for (const tab of [page, second]) {
    await tab.getByText('100 %').waitFor();
    await tab.getByRole('link', { name: 'Download report and 1 more.pdf' }).waitFor();
    assert.equal(await tab.title(), 'Done · report and 1 more · Octavo');
  }
  assert.deepEqual(await timeline(second), await timeline(page));
  await list.locator('.row', { hasText: 'report and 1 more' }).getByText('Done', { exact: true }).waitFor();

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download report and 1 more.pdf' }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'report and 1 more.pdf');
  const pdf = await readPdf(await readFile(await download.path()));
  assert.equal(pdf.pages.length, 63);
  assert.ok(pdf.pages.every(({ rotate }) => rotate === 90));
  assert.equal(context.pages().length, 3);
});

for (const transport of ['Server-sent events', 'WebSocket']) {
  test(`after the network was cut the page catches up without a reload (${transport})`, async () => {
    await using server = await startServer({ worker: false });
    await using proxy = await startProxy(new URL(server.url));
    await using visit = await startVisit(proxy.url, { mayFail: /net::ERR_|WebSocket connection to/ });
    const { page } = visit;
    await page.goto('/');
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByLabel(transport).check();
    await page.keyboard.press('Escape');
    await chooseFiles(page, { 'report.pdf': makePdf({ pages: 60 }) });
    await addStep(page, 'Number pages');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL('**/jobs/job_*');
    await page.getByRole('button', { name: 'Live' }).waitFor();
    await page.getByRole('main').getByText('Waiting').first().waitFor();
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));

    proxy.cut();
    await page.getByRole('button', { name: 'Reconnecting' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1);
    const program = new Client(server.url, await tokenOf(page));
    const worker = await startWorker(server.services);
    await using _worker = { [Symbol.asyncDispose]: () => worker.close() };
    await until('the job is done while the page cannot see it', async () => {
      const { job } = await program.data<{ job: { state: string } }>(
        'query ($id: ID!) { job(id: $id) { state } }',
        { id },
      );
      return job.state === 'COMPLETED';
    });
    assert.equal(await page.getByText('100 %').count(), 0);
    proxy.heal();

    await page.getByRole('link', { name: 'Download report.pdf' }).waitFor();
    const seqs = await timeline(page);
    assert.equal(new Set(seqs).size, seqs.length, 'no timeline entry twice');
    assert.ok(await page.evaluate(() => 'sameDocument' in globalThis));
  });
}

test('what cannot be done is said where it can be mended', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url, { mayFail: /status of 415/ });
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, {
    'report.pdf': makePdf({ pages: 3 }),
    'holiday.pdf': Buffer.from('no PDF at all'),
  });
  const refused = page.locator('.documents li', { hasText: 'holiday.pdf' });
  await refused.getByRole('alert').waitFor();
  await refused.getByRole('button', { name: 'Remove holiday.pdf' }).click();

  await addStep(page, 'Rotate pages');
  const degrees = page.getByLabel('Degrees');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('This is needed.').waitFor();
  await degrees.fill('45');
  await page.getByRole('textbox', { name: 'Pages' }).fill('7');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.locator('.field .refusal').first().waitFor();
  assert.equal(new URL(page.url()).pathname, '/');

  await degrees.fill('90');
  await page.getByRole('textbox', { name: 'Pages' }).fill('odd');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL('**/jobs/job_*');
});

test('a job is cancelled and deleted by hand, and is gone from the list', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'report.pdf': makePdf({ pages: 3 }) });
  await addStep(page, 'Number pages');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL('**/jobs/job_*');
  const list = await visit.open('/');
  await list.getByRole('button', { name: 'Cancel report.pdf' }).click();
  await page.getByText('Canceled').first().waitFor();
  const remove = page.getByRole('button', { name: 'Delete' }).first();
  const question = page.getByRole('alertdialog', { name: 'Delete “report.pdf” and its files?' });
  // Enter in haste, and Escape: nothing is lost.
  for (const key of ['Enter', 'Escape']) {
    await remove.click();
    await question.waitFor();
    await checkAccessibility(page);
    await page.keyboard.press(key);
    await question.waitFor({ state: 'detached' });
    assert.ok(await remove.evaluate((button) => button === document.activeElement));
  }
  await remove.click();
  await question.getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(new URL('/', server.url).href);
  await list.getByText('No jobs yet').waitFor();
});

test('another visitor finds no such job', async () => {
  await using server = await startServer({ worker: false });
  const owner = await server.guest();
  const id = await owner.startJob([await owner.upload(makePdf({ pages: 1 }))], [{ pageNumbers: {} }]);
  await using visit = await startVisit(server.url);
  const page = await visit.open(`/jobs/${id}`);
  await page.getByRole('heading', { name: 'There is no such job' }).waitFor();
});
