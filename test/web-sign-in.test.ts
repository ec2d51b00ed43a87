import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Issuer, startIssuer } from './helpers/issuer.ts';
import { makePdf } from './helpers/pdf.ts';
import { annotate, startSilent } from './helpers/silent-job.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { checkAccessibility, startVisit, tokenOf, useBrowser } from './helpers/visit.ts';
import { Client } from './helpers/client.ts';
import { until } from './helpers/wait.ts';

useBrowser();

let issuer: Issuer;
let server: TestServer;
let open: TestServer;
let label: string;
before(async () => {
  issuer = await startIssuer();
  server = await startServer({ worker: false, env: issuer.env });
  open = await startServer({ worker: false, env: { ...issuer.env, GUESTS: 'true' } });
  await issuer.expect(server.url, open.url);
  label = `Sign in with ${new URL(issuer.url).host}`;
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

async function signIn(page: Page, name: string) {
  await page.getByRole('main').getByRole('button', { name: label }).click();
  await sayName(page, name);
}

async function sayName(page: Page, name: string) {
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: `${name} of the team` }).waitFor();
}

for (const transport of ['sse', 'websocket'])
  test(`sign in, watch a job over ${transport} while the token is renewed unseen, and be out when another tab signs out`, async () => {
    await using visit = await startVisit(server.url, { mayFail: /status of 40[14]/ });
    const { page, context } = visit;
    const { services } = server;
    /** Tokens of some seconds, which are otherwise what the server gives. */
    const given: string[] = [];
    await context.route('**/auth/token', async (route) => {
      const response = await route.fetch();
      if (!response.ok()) return route.fulfill({ response });
      const { session } = await services.identify(((await response.json()) as { token: string }).token);
      const [row] = await services.database
        .sql`select id, issuer, subject, name from sessions where id = ${session!}`;
      const short = await services.tokens.sign({ ...row, session: row } as never, 4);
      given.push(short.token);
      return route.fulfill({ response, json: short });
    });
    await page.goto('/');
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Go on as a guest' }).count(), 0);
    await checkAccessibility(page);
    // Read when the page is loaded anew, at the return.
    await page.evaluate((way) => localStorage.setItem('octavo.transport', way), transport);
    await signIn(page, 'alice');
    assert.equal(new URL(page.url()).hash, '');

    const alice = () => new Client(server.url, given.at(-1));
    const id = await startSilent(alice());
    await page.goto(`/jobs/${id}`);
    const badge = page.locator('.badge[popovertarget=connection]');
    await badge.and(page.getByText('Live')).waitFor();
    const looks = await page.evaluateHandle(() => {
      const seen: string[] = [];
      const shown = document.querySelector('[popovertarget=connection]')!;
      new MutationObserver(() => seen.push(shown.textContent)).observe(shown, {
        characterData: true,
        childList: true,
        subtree: true,
      });
      return seen;
    });
    const before = given.length;
    for (let n = 1; n <= 2; n++) {
      await until('there is another token', () => given.length >= before + n);
      await annotate(services, id, { type: 'WARNING', message: `Told with token ${n}` });
      await page.locator('.timeline').getByText(`Told with token ${n}`).waitFor();
    }
    assert.deepEqual(await looks.jsonValue(), [], 'what was shown of the connection meanwhile');
    assert.equal(
      await page
        .locator('.timeline')
        .getByText(/Told with token/)
        .count(),
      2,
    );

    const other = await visit.open('/');
    await other.getByRole('button', { name: 'alice of the team' }).click();
    await checkAccessibility(other);
    await other.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
    await until('nobody follows any more', () => services.feeds.size === 0);
    await other.getByRole('button', { name: 'Sign out here too' }).click();
    await other.getByRole('heading', { name: 'Who are you?' }).waitFor();
    // The issuer does not know her any more either.
    await other.getByRole('main').getByRole('button', { name: label }).click();
    await other.getByLabel('Name').waitFor();
  });

test('a guest signs in and finds all that was made as a guest, and the other tab follows', async () => {
  await using visit = await startVisit(open.url, { mayFail: /status of 40[14]/ });
  const { page } = visit;
  await page.goto('/');
  await page.getByRole('button', { name: 'Guest' }).waitFor();
  await until('the guest has a token', () => tokenOf(page));
  const guest = new Client(open.url, await tokenOf(page));
  await guest.startJob([await guest.upload(makePdf({ pages: 1 }), 'mine.pdf')], [{ pageNumbers: {} }]);
  await page.getByText('mine.pdf').first().waitFor();
  const other = await visit.open('/');
  await other.getByText('mine.pdf').first().waitFor();

  await page.getByRole('button', { name: 'Guest' }).press('Enter');
  const menu = page.locator('#access');
  await checkAccessibility(page);
  await menu.getByRole('button', { name: label }).press('Enter');
  await sayName(page, 'bob');
  await page.getByText('mine.pdf').first().waitFor();
  await other.getByRole('button', { name: 'bob of the team' }).waitFor();
  await other.getByText('mine.pdf').first().waitFor();
  assert.equal(
    (await guest.data<{ jobs: { totalCount: number } }>('{ jobs { totalCount } }')).jobs.totalCount,
    0,
  );
});

test('a sign-in that leads nowhere says why, and leads on', async () => {
  await using visit = await startVisit(open.url, { mayFail: /status of 40[14]/ });
  const { page } = visit;
  await page.goto('/auth/login?to=/');
  await page.getByRole('button', { name: 'No' }).click();
  await page.getByText('You were not signed in, as you wished.').waitFor();
  await checkAccessibility(page);
  await page.getByRole('button', { name: 'Go on as a guest' }).click();
  await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor();

  await issuer.stop();
  try {
    await page.goto('/auth/login?to=/jobs/job_0123456789abcdef');
    await page.getByText('The sign-in does not answer.').waitFor();
    assert.equal(new URL(page.url()).pathname, '/jobs/job_0123456789abcdef');
  } finally {
    await issuer.start();
  }
});

test('a session that was ended says so where one is, and leads back there', async () => {
  await using visit = await startVisit(server.url, { mayFail: /status of 40[14]/ });
  const { page } = visit;
  await page.goto('/');
  await signIn(page, 'carol');
  const carol = new Client(server.url, await tokenOf(page));
  const id = await startSilent(carol);
  await page.goto(`/jobs/${id}`);
  await page.getByText('First in line').or(page.getByText('ahead in line')).first().waitFor();
  await server.services.database.sql`update sessions set ended_at = now() where subject = 'carol'`;
  server.services.revocations.resync();
  await page.getByText('Your session has ended.').waitFor();
  await checkAccessibility(page);
  // The issuer knows her yet.
  await page.getByRole('main').getByRole('button', { name: label }).click();
  await page.getByRole('button', { name: 'carol of the team' }).waitFor();
  assert.equal(new URL(page.url()).pathname, `/jobs/${id}`);
});
