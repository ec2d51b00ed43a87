import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';
import { checkAccessibility, startVisit, useBrowser } from './helpers/visit.ts';

useBrowser();

test('a server without guests asks for a token, refuses a wrong one, and lets its owner in', async () => {
  await using server = await startServer({ worker: false, env: { GUESTS: 'false' } });
  const { token } = await server.services.tokens.sign({ subject: 'alice' }, 3_600);
  const alice = new Client(server.url, token);
  await alice.startJob([await alice.upload(makePdf({ pages: 1 }), 'hers.pdf')], [{ pageNumbers: {} }]);

  await using visit = await startVisit(server.url, { mayFail: /status of 40[14]/ });
  const { page } = visit;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  await checkAccessibility(page);
  const form = page.getByRole('main');
  await form.getByLabel('Token').fill('nonsense');
  // The page begins anew with it, whoever that may be.
  const anew = page.waitForEvent('load');
  await form.getByRole('button', { name: 'Use this token' }).click();
  await anew;
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  assert.equal(await page.getByText('hers.pdf').count(), 0);

  await form.getByLabel('Token').fill(token);
  await form.getByRole('button', { name: 'Use this token' }).click();
  await page.getByText('hers.pdf').first().waitFor();
});
