import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from './helpers/server.ts';
import { startVisit, useBrowser } from './helpers/visit.ts';

useBrowser();

test('the page makes neither markup nor script of text, nor runs what is not its own', async () => {
  await using server = await startServer({ worker: false });
  await using visit = await startVisit(server.url, { mayFail: /Trusted|Content Security Policy|violates/ });
  const { page } = visit;
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  const refused = await page.evaluate(() => {
    const attempts = {
      markup: () => (document.createElement('p').innerHTML = '<b>bold</b>'),
      script: () => document.createElement('script').append('alert(1)'),
      handler: () => document.body.setAttribute('onclick', 'alert(1)'),
      worker: () => new Worker('https://elsewhere.example/worker.js'),
    };
    return Object.entries(attempts).flatMap(([name, attempt]) => {
      try {
        attempt();
        return [];
      } catch {
        return [name];
      }
    });
  });
  assert.deepEqual(refused, ['markup', 'handler', 'worker']);
});
