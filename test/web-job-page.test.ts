import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { parseId } from '../server/id.ts';
import { write } from '../server/jobs/write.ts';
import { startWorker } from '../server/worker.ts';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { startSilent } from './helpers/silent-job.ts';
import { checkAccessibility, startVisit, tokenOf, useBrowser } from './helpers/visit.ts';
import { until } from './helpers/wait.ts';

useBrowser();

const slowRange = new URL('fixtures/slow-range.ts', import.meta.url);

/** The visitor of this page, as a program. */
async function programOf(server: TestServer, page: Page): Promise<Client> {
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  return new Client(server.url, await tokenOf(page));
}

const icon = (page: Page) => page.locator('link[rel=icon]').getAttribute('href');

test('a running job shows its way, its numbers in title and icon, and is stopped with an acknowledgement', async () => {
  await using server = await startServer({ slotEntry: slowRange, env: { WORKER_CONCURRENCY: '1' } });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const program = await programOf(server, page);
  const file = await program.upload(makePdf({ pages: 4_000 }));
  const id = await program.startJob(
    [file],
    [{ rotate: { degrees: 90 } }, { stamp: { text: 'DRAFT', position: 'TOP_LEFT' } }],
  );
  await page.goto(`/jobs/${id}`);
  const way = page.getByRole('region', { name: 'Steps' });
  await way.getByText('Text: DRAFT, Position: Top left').waitFor();
  await page.locator('.book .done').first().waitFor();
  assert.equal(await page.locator('.stages [aria-current=step]').innerText(), 'Process');
  assert.match(await page.title(), /^\d+ % · report\.pdf · Octavo$/);
  assert.match((await icon(page)) ?? '', /^\/progress\/\d\.svg$/);
  assert.match(await page.locator('[aria-live=polite]').innerText(), /^At work, Process, \d+ %$/);

  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(/Stopped after [\d,]+ of 4,000 pages/).waitFor();
  await until('the icon says so', async () => (await icon(page)) === '/progress/stopped.svg');
  assert.match(await page.title(), /^Canceled/);
});

test('the place of a job that waits is shown as it changes', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const program = await programOf(server, page);
  const ids = [await startSilent(program), await startSilent(program), await startSilent(program)];
  await page.goto(`/jobs/${ids[2]}`);
  await page.getByText('2 ahead in line').waitFor();
  const cancel = (id: string | undefined) =>
    program.data('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }', { id });
  await cancel(ids[0]);
  await page.getByText('1 ahead in line').waitFor();
  await cancel(ids[1]);
  await page.getByText('First in line').waitFor();
});

test('the strip of stages shows each as it goes', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const id = await startSilent(await programOf(server, page));
  await page.goto(`/jobs/${id}`);
  for (const [stage, name] of [
    ['ANALYZING', 'Analyse'],
    ['SPLITTING', 'Divide'],
    ['PROCESSING', 'Process'],
    ['MERGING', 'Write'],
    ['SAVING', 'Save'],
  ] as const) {
    await write(server.services.database.db, {
      id: parseId('job', id) ?? '',
      transition: 'annotate',
      set: [sql`state = 'RUNNING', stage = ${stage}, lease_until = clock_timestamp() + interval '1 hour'`],
      milestones: [{ type: 'STAGE', message: stage }],
    });
    await page.locator('.stages [aria-current=step]', { hasText: name }).waitFor();
  }
});

test('when it ends is told while that is known, and not where it may be old', async () => {
  await using server = await startServer({ worker: false });
  await using proxy = await startProxy(new URL(server.url));
  await using visit = await startVisit(proxy.url, { mayFail: /net::ERR_/ });
  const { page } = visit;
  const id = await startSilent(await programOf(server, page));
  await server.services.database.db.execute(sql`
    update jobs set state = 'RUNNING', stage = 'PROCESSING', attempt = 1, started_at = clock_timestamp(),
      lease_until = clock_timestamp() + interval '1 hour', eta = clock_timestamp() + interval '1 hour'`);
  await page.goto(`/jobs/${id}`);
  await page.getByText(/ · about 59 min \d+ s left$/).waitFor();
  proxy.cut();
  await page.getByText(/^as of \d\d:\d\d:\d\d/).waitFor();
  assert.equal(await page.getByText('left').count(), 0);
});

test('an interruption is told in plain words, and what it cost', async () => {
  await using server = await startServer({ worker: false, env: { WORKER_CONCURRENCY: '1' } });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const program = await programOf(server, page);
  const file = await program.upload(makePdf({ pages: 4_000 }));
  const id = await program.startJob([file], [{ stamp: { text: 'DRAFT' } }]);
  await page.goto(`/jobs/${id}`);
  await page.getByText('First in line').waitFor();
  const first = await startWorker(server.services, slowRange);
  await page.locator('.book .done').first().waitFor();
  await first.close();
  await page.getByText(/^The work was interrupted\. .* First in line$/).waitFor();
  const second = await startWorker(server.services, slowRange);
  try {
    await page.getByText(/^Attempt 2\. The one before was interrupted/).waitFor();
    await page.getByRole('link', { name: /^Download/ }).waitFor({ timeout: 30_000 });
  } finally {
    await second.close();
  }
});

test('a result is looked at, compared, and made again with changes', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const program = await programOf(server, page);
  const file = await program.upload(
    makePdf({ pages: 12, signed: true, outline: [{ title: 'One', to: 1 }], links: () => [2] }),
  );
  const id = await program.startJob([file], [{ pages: { select: '1-3' } }]);
  await program.finish(id);
  await page.goto(`/jobs/${id}`);
  await page.getByRole('heading', { name: 'Before you use the result' }).waitFor();
  await page.getByText(/\(.* before, \d+ % smaller\)/).waitFor();
  await page.getByRole('table', { name: 'What was kept' }).getByText('Bookmarks').waitFor();
  await page.getByText(/Files are deleted tomorrow/).waitFor();

  await page.getByRole('button', { name: 'Preview report.pdf' }).click();
  const dialog = page.getByRole('dialog', { name: 'report.pdf' });
  await dialog.getByText('of 3').waitFor();
  await page.keyboard.press('ArrowRight');
  await dialog.getByRole('img', { name: 'Page 2' }).waitFor();
  await until('the page is drawn', () =>
    dialog.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width > 300),
  );
  await checkAccessibility(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  await page.getByRole('link', { name: 'Duplicate' }).click();
  await page.locator('.document').getByText('12 pages').waitFor();
  await page.locator('.step').getByRole('textbox').fill('5');
  await page.locator('.step').getByRole('textbox').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname.startsWith('/jobs/') && !url.pathname.endsWith(id));
  await page.getByText('1 page ·').waitFor();
});

test('several results come as one ZIP file, too', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const program = await programOf(server, page);
  const file = await program.upload(makePdf({ pages: 6 }));
  const id = await program.startJob([file], [{ split: { every: 2 } }]);
  await program.finish(id);
  await page.goto(`/jobs/${id}`);
  await page.getByText('3 results').waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download all as ZIP' }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /\.zip$/);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 2).toString(), 'PK');
});

test('a text is looked at without a download', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const program = await programOf(server, page);
  const file = await program.upload(makePdf({ pages: 2, text: (n) => `Words of page ${n}` }));
  const id = await program.startJob([file], [{ extractText: {} }]);
  await program.finish(id);
  await page.goto(`/jobs/${id}`);
  await page.getByRole('button', { name: 'Preview report.txt' }).click();
  await page.getByRole('dialog').getByText('Words of page 2').waitFor();
});

test('at the end a notification is shown, where it was asked for and the page is not seen', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url, { permissions: ['notifications'] });
  const { page } = visit;
  await page.addInitScript(() => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    Object.defineProperty(document, 'hidden', { get: () => true });
    globalThis.Notification = Object.assign(
      function (title: string, { body }: { body: string }) {
        shown.push(`${title}: ${body}`);
      },
      { permission: 'granted', requestPermission: async () => 'granted' },
    ) as never;
  });
  const program = await programOf(server, page);
  const id = await program.startJob(
    [await program.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  await page.goto(`/jobs/${id}`);
  await page.getByRole('button', { name: 'Tell me at the end' }).click();
  await page.locator('[aria-pressed=true]').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Run again' }).waitFor();
  assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown), [
    'report.pdf: Canceled',
  ]);
});
