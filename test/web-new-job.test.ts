import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { noise } from './helpers/noise.ts';
import { makePdf } from './helpers/pdf.ts';
import { startProxy } from './helpers/proxy.ts';
import { startServer } from './helpers/server.ts';
import { addStep, checkAccessibility, chooseFiles, startVisit, useBrowser } from './helpers/visit.ts';
import { until } from './helpers/wait.ts';

useBrowser();

const names = (page: Page) => page.locator('.document .file-name').allInnerTexts();
const steps = (page: Page) => page.locator('.step h3').allInnerTexts();

test('files are put in order by dragging and by the keyboard, steps too', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, {
    'a.pdf': makePdf({ pages: 1 }),
    'b.pdf': makePdf({ pages: 1 }),
    'c.pdf': makePdf({ pages: 1 }),
  });
  await page.locator('.document').nth(2).getByText('1 page').waitFor();

  const grip = (index: number) => page.locator('.document .grip').nth(index);
  const to = await grip(2).boundingBox();
  assert.ok(to);
  await grip(0).hover();
  await page.mouse.down();
  await page.mouse.move(to.x + 5, to.y + 20, { steps: 5 });
  await page.mouse.up();
  assert.deepEqual(await names(page), ['b.pdf', 'c.pdf', 'a.pdf']);

  await page.getByRole('button', { name: 'Move a.pdf up' }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await names(page), ['b.pdf', 'a.pdf', 'c.pdf']);
  await page.getByText('a.pdf is now 2 of 3').waitFor();
  await until('the button still has the focus', () =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Move a.pdf up'),
  );

  await addStep(page, 'Merge documents');
  await addStep(page, 'Rotate pages');
  await page.getByRole('button', { name: 'Move Rotate pages up' }).click();
  assert.deepEqual(await steps(page), ['Rotate pages', 'Merge documents']);
});

test('with the keyboard alone: Enter starts, and what is wrong is said when its field is left', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 5 }) });
  await page.locator('.step-picker button:focus').waitFor();
  await page.getByRole('button', { name: /^Rotate pages/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('ninety');
  assert.equal(await page.getByText('This must be a number.').count(), 0, 'not while it is typed');
  await page.keyboard.press('Tab');
  await page.getByText('This must be a number.').waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('90');
  await page.getByRole('textbox', { name: 'Pages' }).fill('1..3');
  await page.keyboard.press('Enter');
  await page.getByText('Write it like 1-3,7,9-last.').waitFor();
  assert.equal(new URL(page.url()).pathname, '/');
  await page.getByRole('textbox', { name: 'Pages' }).fill('1-3');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/jobs/job_*');
  await page.locator('.percent').waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.locator(':focus').innerText(), 'Back to the jobs', 'the keyboard goes on there');
});

test('a field that complains when it is left does not take away the click that leaves it', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 5 }) });
  await page.setViewportSize({ width: 1280, height: 1400 });
  await addStep(page, 'Rotate pages');
  await page.getByLabel('Degrees').fill('ninety');
  await addStep(page, 'Stamp text');
  await page.getByText('This must be a number.').waitFor();
  await page.getByLabel('Degrees').fill('');
  await addStep(page, 'Number pages');
  assert.equal(await page.getByText('This is needed.').count(), 0, 'not before Start');
  assert.deepEqual(await steps(page), ['Rotate pages', 'Stamp text', 'Number pages']);
});

test('what is chosen as one of several ways needs no tick besides', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 3 }) });
  await addStep(page, 'Split documents');
  await page.getByRole('radio', { name: 'At bookmarks', exact: true }).check();
  assert.equal(await page.locator('.step').getByRole('checkbox').count(), 0);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('found nothing to do: no bookmark').first().waitFor();
});

test('leaves are written as text, without a choice of one way; a list of a link is for programs', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto(`/?steps=${encodeURIComponent(JSON.stringify([{ arrange: { leaves: [{ file: 1 }] } }]))}`);
  await page.locator('.step').waitFor();
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 3 }), 'b.pdf': makePdf({ pages: 2 }) });
  await page.locator('.document').nth(1).getByText('2 pages').waitFor();
  assert.equal(await page.locator('.step').getByRole('radio').count(), 0);
  await page.getByText('The first page of the result is not known yet').waitFor();
  const leaves = page.getByLabel('Leaves');
  await leaves.fill('2:9');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('At character 1, “2:9”: b.pdf: There is no page 9').waitFor();
  await leaves.fill('2:2>90 blank(A4) 1');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('Leaves: 2:2>90 blank(A4) 1').waitFor();
  await page
    .getByText('5 pages of 2 documents arranged into 5 pages of 1 document, 1 page turned')
    .first()
    .waitFor();
});

test('of a few values several are ticked, one at least, in the order in which they count', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 1 }) });
  await addStep(page, 'Recognise text');
  const box = (name: string) =>
    page.getByRole('group', { name: 'Languages' }).getByRole('checkbox', { name });
  assert.equal(await box('English').isChecked(), true);
  await box('German').click();
  await box('English').click();
  // The last one stays.
  await box('German').click();
  await box('French').click();
  assert.equal(await box('English').isChecked(), false);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const { db } = server.services.database;
  let jobs: { steps: unknown }[] = [];
  await until('the job is there', async () => {
    jobs = await db.execute<{ steps: unknown }>(sql`select steps from jobs`);
    return jobs.length === 1;
  });
  assert.deepEqual(jobs[0]?.steps, [{ name: 'ocr', options: { languages: ['deu', 'fra'], force: false } }]);
});

test('a file that dresses up as another is called as the server calls it', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'report\u202Egnp.pdf': makePdf({ pages: 1 }) });
  await page.locator('.document').getByText('1 page').waitFor();
  assert.deepEqual(await names(page), ['reportgnp.pdf']);
});

test('a recipe and a link bring the steps back; a reload loses nothing', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 5 }) });
  await addStep(page, 'Rotate pages');
  await page.getByLabel('Degrees').fill('270');
  await addStep(page, 'Choose pages');
  await page.getByRole('radio', { name: 'Remove' }).check();
  await page.locator('.step').getByRole('textbox').last().fill('2');

  await page.getByRole('button', { name: 'Save as recipe' }).click();
  await page.keyboard.type('Turned');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Turned', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Copy as link' }).click();
  await page.getByText('Copied: a link').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());

  await page.locator('.document').getByText('5 pages').waitFor();
  await page.reload();
  await page.locator('.step h3').nth(1).waitFor();
  assert.deepEqual(await names(page), ['a.pdf']);
  assert.equal(await page.getByLabel('Degrees').inputValue(), '270');

  await page.getByRole('button', { name: 'Start over' }).click();
  await chooseFiles(page, { 'b.pdf': makePdf({ pages: 5 }) });
  await page.getByRole('button', { name: 'Turned', exact: true }).click();
  assert.deepEqual(await steps(page), ['Rotate pages', 'Choose pages']);

  const other = await visit.open(link);
  await other.locator('.step h3').nth(1).waitFor();
  assert.ok(await other.getByRole('radio', { name: 'Remove' }).isChecked());
  assert.equal(await other.locator('.document').count(), 0);
  assert.equal(new URL(other.url()).search, '');
});

test('the first page is shown as the steps will make it', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 5 }) });
  await page.getByText('About how page 1 will look').waitFor();
  await addStep(page, 'Choose pages');
  await page.locator('.step').getByRole('textbox').last().fill('4,1');
  await page.getByText('About how page 4 will look').waitFor();
  await addStep(page, 'Stamp text');
  await page.getByRole('textbox', { name: 'Text' }).fill('DRAFT');
  await page.locator('.preview svg', { hasText: 'DRAFT' }).waitFor();
  await addStep(page, 'Rotate pages');
  await page.getByLabel('Degrees').fill('90');
  await page.getByRole('img', { name: 'Page 4, turned by 90°' }).waitFor();
});

test('an upload is paused, goes on, outlives a cut and a reload', async () => {
  await using server = await startServer({ worker: false });
  await using proxy = await startProxy(new URL(server.url));
  await using visit = await startVisit(proxy.url, { mayFail: /net::ERR_/ });
  const { page } = visit;
  const client = await visit.context.newCDPSession(page);
  const slow = (bytesPerSecond: number) =>
    client.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytesPerSecond,
    });
  const folder = await mkdtemp(join(tmpdir(), 'octavo-'));
  await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  // The same file is known again by its date, too.
  const large = join(folder, 'large.pdf');
  await writeFile(large, makePdf({ pages: 2, image: noise(6_000_000, 1) }));
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  await slow(1_000_000);
  await page.locator('input[type=file][multiple]').setInputFiles(large);
  const sent = page.locator('.document [role=progressbar]');
  const percent = async () => Number(await sent.getAttribute('aria-valuenow'));
  await until('some of it is sent', async () => (await percent()) > 10);
  await page.getByRole('button', { name: 'Pause the upload of large.pdf' }).click();
  await page.getByText('paused').waitFor();
  await page.getByRole('button', { name: 'Go on uploading large.pdf' }).click();
  await until('more of it is sent', async () => (await percent()) > 40);
  proxy.cut();
  await page.getByText('Waiting for the network…').waitFor();
  proxy.heal();
  await until('it went on by itself', async () => (await percent()) > 60);

  await page.reload();
  await slow(1_000_000);
  await page.locator('input[type=file][multiple]').setInputFiles(large);
  await sent.waitFor();
  const first = await until('it goes on', percent);
  assert.ok(first > 40, `where it was, not at ${first} %`);
  await slow(-1);
  await page.locator('.document').getByText('2 pages').waitFor();
});

test('the result gets the name that is wished, the job its label, and a duplicate begins with both', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await chooseFiles(page, { 'a.pdf': makePdf({ pages: 2 }) });
  await addStep(page, 'Rotate pages');
  await page.getByLabel('Degrees').fill('90');
  const name = page.getByRole('textbox', { name: 'Name of the result', exact: true });
  await name.fill('{what} of {name}');
  await page.getByRole('textbox', { name: 'Label', exact: true }).fill('case 7');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('There is no {what}.').waitFor();
  await until('the field has the focus', () => name.evaluate((field) => field === document.activeElement));
  await checkAccessibility(page);
  await name.fill('Turned {name}');
  await page.reload();
  await until('the draft is still there', async () => (await name.inputValue()) === 'Turned {name}');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('Turned a.pdf').first().waitFor();
  await page.locator('header .label', { hasText: 'case 7' }).waitFor();
  await checkAccessibility(page);
  await page.getByRole('link', { name: 'Duplicate' }).click();
  await until('it begins with both', async () => (await name.inputValue()) === 'Turned {name}');
  assert.equal(await page.getByRole('textbox', { name: 'Label', exact: true }).inputValue(), 'case 7');
});
