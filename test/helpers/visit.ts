import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

let browser: Browser;

/** To be called once at the top of a file that tests the page: one browser for all of its tests. */
export function useBrowser(): void {
  before(async () => void (browser = await launchChromium()));
  after(() => browser.close());
}

/** One visitor with any number of tabs. On disposal no tab may have logged an error or a warning. */
export async function startVisit(
  baseURL: string,
  { mayFail, ...options }: { mayFail?: RegExp } & BrowserContextOptions = {},
) {
  const context: BrowserContext = await browser.newContext({ baseURL, ...options });
  context.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !mayFail?.test(message.text()))
      complaints.push(message.text());
  });
  return {
    context,
    page: await context.newPage(),
    async open(path: string) {
      const tab = await context.newPage();
      await tab.goto(path);
      return tab;
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      assert.deepEqual(complaints, []);
    },
  };
}

export async function chooseFiles(page: Page, files: Record<string, Buffer>): Promise<void> {
  const payloads = Object.entries(files).map(([name, buffer]) => ({
    name,
    mimeType: name.endsWith('.png') ? 'image/png' : 'application/pdf',
    buffer,
  }));
  await page.locator('input[type=file][multiple]').setInputFiles(payloads);
}

export async function addStep(page: Page, title: string): Promise<void> {
  await page.locator('.step-picker').getByRole('button', { name: title }).click();
}

/** The guest that this page is. */
export async function tokenOf(page: Page): Promise<string> {
  return (await sessionOf(page)).token;
}

/** What this page keeps of who it is; `renewAt` in milliseconds since 1970. */
export async function sessionOf(page: Page): Promise<{ token: string; renewAt: number }> {
  const text = await page.evaluate(() => localStorage.getItem('octavo.session'));
  return JSON.parse(text ?? '{}') as { token: string; renewAt: number };
}

export async function timeline(page: Page): Promise<string[]> {
  return page.locator('.timeline li').allInnerTexts();
}

export async function checkAccessibility(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
  });
  assert.deepEqual(violations, []);
}
