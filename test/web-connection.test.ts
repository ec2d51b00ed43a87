import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { annotate } from './helpers/silent-job.ts';
import { sessionOf, startVisit, tokenOf, useBrowser } from './helpers/visit.ts';
import { until } from './helpers/wait.ts';

useBrowser();

/** How many streams of each kind the server has been asked for. */
function countStreams(server: TestServer) {
  const counts = { job: 0, jobs: 0 };
  const { feeds } = server.services;
  const { job, jobs } = feeds;
  feeds.job = (...args) => (counts.job++, job(...args));
  feeds.jobs = (...args) => (counts.jobs++, jobs(...args));
  return counts;
}

async function queuedJob(server: TestServer, page: Page): Promise<string> {
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  const program = new Client(server.url, await tokenOf(page));
  return program.startJob([await program.upload(makePdf({ pages: 2 }))], [{ rotate: { degrees: 90 } }]);
}

const isLive = (page: Page) => page.getByRole('button', { name: 'Live', exact: true }).waitFor();

test('several tabs share one stream, and a tab that comes later is told all', async () => {
  await using server = await startServer({ worker: false });
  const counts = countStreams(server);
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const id = await queuedJob(server, page);
  const tabs: Page[] = [];
  for (let count = 0; count < 4; count++) tabs.push(await visit.open(`/jobs/${id}`));
  const lists = [await visit.open('/'), await visit.open('/')];
  for (const tab of tabs) await tab.locator('.timeline').getByText('Created').waitFor();
  for (const list of lists) await list.getByRole('link', { name: 'report.pdf' }).waitFor();
  assert.deepEqual(counts, { job: 1, jobs: 1 });

  // One closes; the others go on.
  await tabs[0]?.close();
  await tabs[1]?.getByRole('button', { name: 'Cancel' }).click();
  await tabs[3]?.getByText('Canceled').first().waitFor();
  await lists[1]?.getByText('Canceled', { exact: true }).last().waitFor();
});

test('more streams than HTTP/1.1 has connections for move to one WebSocket', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const first = await queuedJob(server, page);
  const program = new Client(server.url, await tokenOf(page));
  const file = await program.upload(makePdf({ pages: 1 }));
  const ids = [first];
  for (let count = 0; count < 6; count++)
    ids.push(await program.startJob([file], [{ rotate: { degrees: 90 } }]));
  for (const id of ids) {
    const tab = await visit.open(`/jobs/${id}`);
    await tab.locator('.timeline').getByText('Created').waitFor();
  }
  const last = visit.context.pages().at(-1)!;
  await last.getByRole('button', { name: 'Live', exact: true }).click();
  await last.locator('label', { hasText: 'WebSocket' }).getByText('now').waitFor();
});

for (const [what, swallow, other] of [
  ['server-sent events', /text\/event-stream/i, 'WebSocket'],
  ['a WebSocket', /upgrade: websocket/i, 'Server-sent events'],
] as const)
  test(`where ${what} does not get through, the other transport does`, async () => {
    await using server = await startServer({ worker: false });
    await using proxy = await startProxy(new URL(server.url), swallow);
    await using visit = await startVisit(proxy.url);
    const { page } = visit;
    if (other === 'Server-sent events') {
      // It had to be tried first.
      await page.addInitScript(() => localStorage.setItem('octavo.transport', 'websocket'));
      await page.goto('/');
      await page.getByRole('button', { name: 'Connecting' }).click();
      await page.getByLabel('Whichever gets through').check();
    } else {
      await page.goto('/');
      await page.getByRole('button', { name: 'Connecting' }).click();
    }
    await page.locator('label', { hasText: other }).getByText('now').waitFor({ timeout: 20_000 });
    await isLive(page);
  });

test('what may be old is marked as old, with since when', async () => {
  await using server = await startServer({ worker: false });
  await using proxy = await startProxy(new URL(server.url));
  await using visit = await startVisit(proxy.url, { mayFail: /net::ERR_|WebSocket connection to/ });
  const { page } = visit;
  const id = await queuedJob(server, page);
  await page.goto(`/jobs/${id}`);
  await page.locator('.timeline').getByText('Created').waitFor();
  await isLive(page);
  assert.equal(await page.getByText('as of').count(), 0);
  proxy.cut();
  await page.getByRole('button', { name: /Reconnecting… since \d\d:\d\d:\d\d/ }).waitFor();
  await page.getByText(/as of \d\d:\d\d:\d\d/).waitFor();
  proxy.heal();
  await isLive(page);
  await page.getByText('as of').waitFor({ state: 'detached' });
});

test('a stream that falls silent is noticed, and made anew', async () => {
  await using server = await startServer({ worker: false });
  await using proxy = await startProxy(new URL(server.url));
  await using visit = await startVisit(proxy.url, { mayFail: /net::ERR_/ });
  const { page } = visit;
  const id = await queuedJob(server, page);
  await page.goto(`/jobs/${id}`);
  await page.locator('.timeline').getByText('Created').waitFor();
  await isLive(page);
  proxy.hang();
  await annotate(server.services, id);
  await page.locator('.timeline').getByText('Something to read').waitFor({ timeout: 60_000 });
  await isLive(page);
});

test('a page that was cut off asks only for what it has missed', async () => {
  await using server = await startServer({ worker: false });
  const cursors: number[] = [];
  const { feeds } = server.services;
  const { job } = feeds;
  feeds.job = (owner, id, after) => (cursors.push(after), job(owner, id, after));
  await using proxy = await startProxy(new URL(server.url));
  await using visit = await startVisit(proxy.url, { mayFail: /net::ERR_|WebSocket connection to/ });
  const { page } = visit;
  const id = await queuedJob(server, page);
  await annotate(server.services, id);
  await page.goto(`/jobs/${id}`);
  await page.locator('.timeline').getByText('Something to read').waitFor();
  proxy.cut();
  await page.getByRole('button', { name: /Reconnecting…/ }).waitFor();
  await annotate(server.services, id, { type: 'WARNING', message: 'Said meanwhile' });
  proxy.heal();
  await page.locator('.timeline').getByText('Said meanwhile').waitFor();
  assert.equal(await page.locator('.timeline').getByText('Something to read').count(), 1);
  assert.equal(cursors.at(-1), 2);
});

test('a token that ends is renewed before, and its streams go on', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url, { mayFail: /401|net::ERR_/ });
  const { page } = visit;
  const id = await queuedJob(server, page);
  await page.goto(`/jobs/${id}`);
  await isLive(page);
  // Half of its time is over: the next use must bring another.
  await page.evaluate(() => {
    const identity = JSON.parse(localStorage.getItem('octavo.session') ?? '{}') as object;
    localStorage.setItem('octavo.session', JSON.stringify({ ...identity, renewAt: 1 }));
  });
  await page.getByRole('link', { name: 'Duplicate' }).click();
  await page.locator('.document').getByText('2 pages').waitFor();
  // Its bytes may be those of the old one, made in the same second.
  await until('there is a new token', async () => (await sessionOf(page)).renewAt > 1);
  const again = await visit.open(`/jobs/${id}`);
  await again.locator('.timeline').getByText('Created').waitFor();
});

test('who becomes someone else in one tab is it in all', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  const id = await queuedJob(server, page);
  const tab = await visit.open(`/jobs/${id}`);
  await tab.locator('.timeline').getByText('Created').waitFor();
  const stranger = await server.guest();
  await page.getByRole('button', { name: 'Guest' }).click();
  await page.getByLabel('Token').fill(stranger.token ?? '');
  await page.getByRole('button', { name: 'Use this token' }).click();
  await page.getByText('No jobs yet').waitFor();
  await tab.waitForURL(new URL('/', server.url).href);
  await tab.getByText('No jobs yet').waitFor();
});
