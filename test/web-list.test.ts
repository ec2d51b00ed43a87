import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { parseId } from '../server/id.ts';
import { write } from '../server/jobs/write.ts';
import { Client } from './helpers/client.ts';
import { copyJob } from './helpers/many-jobs.ts';
import { makePdf } from './helpers/pdf.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { startSilent } from './helpers/silent-job.ts';
import { checkAccessibility, startVisit, tokenOf, useBrowser } from './helpers/visit.ts';
import { until } from './helpers/wait.ts';

useBrowser();

/** A visitor with a finished job and so many older copies of it. */
async function visitorWithJobs(server: TestServer, page: Page, copies: number) {
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  const program = new Client(server.url, await tokenOf(page));
  const file = await program.upload(makePdf({ pages: 2 }));
  const id = await program.startJob([file], [{ rotate: { degrees: 90 } }], { name: 'the newest' });
  await program.finish(id);
  if (copies > 0) await copyJob(server, id, copies);
  await page.reload();
  await page.getByRole('link', { name: 'the newest' }).waitFor();
  return { program, file };
}

const row = (page: Page, name: string) => page.locator('.row', { hasText: name });

test('ten thousand jobs are scrolled through, a few rows at a time', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await visitorWithJobs(server, page, 10_000);
  await page.getByRole('heading', { name: 'Jobs 10,001' }).waitFor();
  await page
    .getByRole('heading', { name: 'Today' })
    .or(page.getByRole('heading', { name: 'Yesterday' }))
    .first()
    .waitFor();
  for (const far of [40, 120, 300])
    await until(`job ${far} is passed`, async () => {
      await page.mouse.wheel(0, 3_000);
      const last = await page.locator('.row-name').last().innerText();
      return Number(last.replace('job ', '')) >= far;
    });
  assert.ok((await page.locator('.row').count()) < 50);
});

test('what is looked at stays where it is while jobs come and go above it', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const { program, file } = await visitorWithJobs(server, page, 200);
  await page.evaluate(() => scrollTo(0, 3_000));
  await page.getByRole('link', { name: 'job 40', exact: true }).waitFor();
  const top = async () => (await page.getByRole('link', { name: 'job 40', exact: true }).boundingBox())?.y;
  const before = await top();
  for (let count = 0; count < 3; count++) await program.startJob([file], [{ rotate: { degrees: 90 } }]);
  await page.getByRole('heading', { name: 'Jobs 204' }).waitFor();
  assert.equal(await top(), before);
});

test('jobs are found by state and by name', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const { program, file } = await visitorWithJobs(server, page, 150);
  await page.getByRole('searchbox', { name: 'Search by name' }).fill('job 149');
  await row(page, 'job 149').waitFor();
  await until('nothing else is shown', async () => (await page.locator('.row').count()) === 1);
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'Failed' }).click();
  await page.getByText('No such jobs.').waitFor();
  await page.getByRole('button', { name: 'In progress' }).click();
  await page.getByText('No such jobs.').waitFor();
  const id = await program.startJob([file], [{ rotate: { degrees: 90 } }], { name: 'passing by' });
  await program.finish(id);
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await row(page, 'passing by').waitFor();
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByText('No such jobs.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await row(page, 'job 1').waitFor();
});

test('jobs are shown by their label, those that come later too, and the server alone says which', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const { program, file } = await visitorWithJobs(server, page, 3);
  const rotate = [{ rotate: { degrees: 90 } }];
  const start = (name: string, label?: string) => program.startJob([file], rotate, { name, label });
  await program.finish(await start('one of case 7', 'case 7'));
  await row(page, 'one of case 7').getByRole('button', { name: 'Jobs with the label case 7' }).click();
  await until('nothing else is shown', async () => (await page.locator('.row').count()) === 1);
  await page.getByRole('heading', { name: 'Jobs 1', exact: true }).waitFor();
  await checkAccessibility(page);
  await program.finish(await start('none of them'));
  await program.finish(await start('of case 70', 'case 70'));
  await program.finish(await start('two of case 7', 'case 7'));
  await row(page, 'two of case 7').getByText('Done').waitFor();
  await page.getByRole('heading', { name: 'Jobs 2', exact: true }).waitFor();
  assert.equal(await page.locator('.row').count(), 2);
  await page.getByRole('button', { name: 'Not only those with the label case 7' }).click();
  await row(page, 'of case 70').waitFor();
  await row(page, 'job 1').waitFor();
});

test('a job that comes while names are looked for is shown where it is one of them', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const { program, file } = await visitorWithJobs(server, page, 3);
  await page.getByRole('searchbox').fill('wanted');
  await page.getByText('No such jobs.').waitFor();
  const rotate = [{ rotate: { degrees: 90 } }];
  await program.finish(await program.startJob([file], rotate, { name: 'of no interest' }));
  await program.finish(await program.startJob([file], rotate, { name: 'This is WANTED' }));
  await row(page, 'This is WANTED').getByText('Done').waitFor();
  assert.equal(await page.locator('.row').count(), 1);
});

test('many jobs are chosen, made again, cancelled and deleted together', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await visitorWithJobs(server, page, 4);
  await page.getByRole('checkbox', { name: 'Select job 1', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Select job 3' }).click({ modifiers: ['Shift'] });
  await page.getByText('3 selected').waitFor();
  await checkAccessibility(page);
  await page.getByRole('button', { name: 'Run again 3' }).click();
  await page.getByRole('heading', { name: 'Jobs 8' }).waitFor();
  await page.getByText('Done for 3.').waitFor({ state: 'attached' });

  await page.getByRole('checkbox', { name: 'Select the newest' }).check();
  await page.getByRole('button', { name: 'Select all 8' }).click();
  await page.getByRole('button', { name: 'Delete 8' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No jobs yet').waitFor();
});

test('after a cut the list is right again, with what was deleted and made meanwhile', async () => {
  await using server = await startServer();
  await using proxy = await startProxy(new URL(server.url));
  await using visit = await startVisit(proxy.url, { mayFail: /net::ERR_/ });
  const { page } = visit;
  const { program, file } = await visitorWithJobs(server, page, 120);
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
  proxy.cut();
  await page.getByText('Not up to date').waitFor();
  await checkAccessibility(page);
  const { jobs } = await program.data<{ jobs: { edges: { node: { id: string } }[] } }>(
    'query { jobs(first: 1, filter: { text: "job 2" }) { edges { node { id } } } }',
  );
  await program.data('mutation ($id: ID!) { deleteJob(input: { id: $id }) { deletedId } }', {
    id: jobs.edges[0]?.node.id,
  });
  await program.finish(
    await program.startJob([file], [{ rotate: { degrees: 90 } }], { name: 'made meanwhile' }),
  );
  proxy.heal();
  await row(page, 'made meanwhile').getByText('Done').waitFor();
  await page.getByRole('link', { name: 'job 2', exact: true }).waitFor({ state: 'detached' });
});

test('a page that is not seen lets go of the stream, and catches up when it is', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.clock.install();
  const { program, file } = await visitorWithJobs(server, page, 0);
  const look = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await look(true);
  await page.clock.runFor(11_000);
  await page.getByRole('button', { name: 'Up to date' }).waitFor();
  await program.finish(await program.startJob([file], [{ rotate: { degrees: 90 } }], { name: 'unseen' }));
  assert.equal(await row(page, 'unseen').count(), 0);
  await look(false);
  await row(page, 'unseen').getByText('Done').waitFor();
});

test('a tab that joins the stream of another late goes on all the same', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page, context } = visit;
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  const id = await startSilent(new Client(server.url, await tokenOf(page)));
  await page.locator('.row-state').waitFor();

  const late = await context.newPage();
  // It reads the list at once, but does not reach the worker that all tabs share.
  await late.addInitScript(() => {
    const post = MessagePort.prototype.postMessage;
    const held: (() => void)[] = [];
    MessagePort.prototype.postMessage = function (message: { type: string } | null) {
      const send = () => post.call(this, message);
      // React's scheduler posts, too.
      if (message?.type === 'subscribe') held.push(send);
      else send();
    };
    Object.assign(globalThis, { join: () => held.splice(0).forEach((send) => send()) });
  });
  await late.goto('/');
  await late.locator('.row-state').waitFor();
  await write(server.services.database.db, {
    id: parseId('job', id) ?? '',
    transition: 'annotate',
    set: [sql`state = 'RUNNING', attempt = 1, lease_until = clock_timestamp() + interval '1 hour'`],
    milestones: [{ type: 'STARTED', message: 'Started by a worker' }],
  });
  await page.getByText('At work').waitFor();
  assert.equal(await late.getByText('At work').count(), 0, 'it was told too early');
  await late.evaluate('join()');
  await until('its row moves', async () => {
    await write(server.services.database.db, {
      id: parseId('job', id) ?? '',
      transition: 'annotate',
      set: [sql`percent = least(percent + 1, 90)`],
      milestones: [],
    });
    const percent = await late.locator('.row-bar [role=progressbar]').getAttribute('aria-valuenow');
    return Number(percent) > 0;
  });
});
