import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer } from './helpers/server.ts';
import {
  addStep,
  checkAccessibility,
  chooseFiles,
  startVisit,
  tokenOf,
  useBrowser,
} from './helpers/visit.ts';

useBrowser();

const slowRange = new URL('fixtures/slow-range.ts', import.meta.url);

/** No rule of axe is broken, and a small phone shows all of it without scrolling sideways. */
async function check(page: Page): Promise<void> {
  await checkAccessibility(page);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${over} px too wide`);
  await checkAccessibility(page);
  if (size) await page.setViewportSize(size);
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`every screen is accessible, and fits a small phone (${colorScheme})`, async () => {
    await using server = await startServer({ slotEntry: slowRange, env: { WORKER_CONCURRENCY: '1' } });
    await using proxy = await startProxy(new URL(server.url));
    await using visit = await startVisit(proxy.url, {
      mayFail: /status of 415|net::ERR_/,
      colorScheme,
      reducedMotion: 'reduce',
    });
    const { page } = visit;
    await page.goto('/');
    await page.getByText('No jobs yet').waitFor();
    await check(page);

    await page.getByRole('button', { name: 'Guest' }).click();
    await page.getByText('You are a guest').waitFor();
    await check(page);
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    await page.getByText('Carried by').waitFor();
    await check(page);
    await page.keyboard.press('Escape');

    await chooseFiles(page, {
      'a report with a long name that has to be broken somewhere.pdf': makePdf({ pages: 3 }),
      'holiday.pdf': Buffer.from('no PDF at all'),
    });
    await page.locator('.document').getByRole('alert').waitFor();
    await page.getByText('About how page 1').waitFor();
    for (const title of [
      'Choose pages',
      'Rotate pages',
      'Stamp text',
      'Stamp an image',
      'Crop pages',
      'Edit metadata',
    ])
      await addStep(page, title);
    for (const more of await page.locator('.more summary').all()) await more.click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('This is needed.').first().waitFor();
    await check(page);

    const program = new Client(server.url, await tokenOf(page));
    const file = await program.upload(
      makePdf({ pages: 1_000, signed: true, outline: [{ title: 'A', to: 1 }] }),
    );
    const running = await program.startJob([file], [{ stamp: { text: 'DRAFT' } }]);
    await page.goto(`/jobs/${running}`);
    await page.locator('.book .done').first().waitFor();
    await check(page);
    await page.getByRole('table', { name: 'What was kept' }).waitFor();
    await check(page);
    await page.getByRole('button', { name: /^Preview/ }).click();
    await page.getByText('of 1,000').waitFor();
    await check(page);
    await page.keyboard.press('Escape');

    const failing = await program.startJob([file], [{ crop: { left: 594 } }]);
    await program.finish(failing);
    await page.goto(`/jobs/${failing}`);
    await page.getByText('Running it again would end the same way').waitFor();
    await check(page);

    await page.goto('/jobs/job_00000000000000000000000000000000');
    await page.getByRole('heading', { name: 'There is no such job' }).waitFor();
    await check(page);

    await page.goto('/');
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('checkbox').first().check();
    await check(page);
    proxy.cut();
    await page.getByText('Not up to date').waitFor();
    await check(page);
  });
