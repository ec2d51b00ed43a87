import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from './helpers/chromium.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

test('GraphiQL runs a subscription with a token, and asks nobody but this server', async () => {
  await using server = await startServer();
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const foreign: string[] = [];
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== server.url) foreign.push(request.url());
    });
    const query = `subscription { jobProgress(id: "${id}") { seq job { state } } }`;
    const headers = JSON.stringify({ authorization: client.headers.authorization });
    await page.goto(`${server.url}/graphql?${new URLSearchParams({ query, headers })}`);
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor').filter({ visible: true }).first().click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(headers);
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.getByText('COMPLETED').first().waitFor({ timeout: 15_000 });
    assert.deepEqual([foreign, complaints], [[], []]);
  } finally {
    await browser.close();
  }
});
