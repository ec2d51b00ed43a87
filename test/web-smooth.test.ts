import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { Client } from './helpers/client.ts';
import { copyJob } from './helpers/many-jobs.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';
import { startVisit, tokenOf, useBrowser } from './helpers/visit.ts';
import { until } from './helpers/wait.ts';

useBrowser();

const mostMs = 50;

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own time: what others did on this machine meanwhile is not the page's fault. */
  tdur?: number;
  args?: { name?: string };
}

/** The longest task of the page's main thread while something happens, in milliseconds. */
async function longestTask(page: Page, happening: () => Promise<void>): Promise<number> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await happening();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && mains.has(`${pid} ${tid}`),
  );
  assert.ok(tasks.length > 100, `the trace has tasks: ${tasks.length}`);
  return Math.max(...tasks.map(({ tdur }) => (tdur ?? 0) / 1_000));
}

test('updates of a list of 500 jobs, and of a job of 1,000 pages, never hold the page up', async () => {
  await using server = await startServer();
  await using visit = await startVisit(server.url);
  const { page } = visit;
  await page.goto('/');
  await page.getByText('No jobs yet').waitFor();
  const program = new Client(server.url, await tokenOf(page));
  const file = await program.upload(makePdf({ pages: 1_000 }));
  const steps = [{ stamp: { text: 'DRAFT' } }, { pageNumbers: {} }];
  const first = await program.startJob([file], steps);
  await program.finish(first);
  await copyJob(server, first, 500);
  await page.reload();
  await page.getByRole('heading', { name: 'Jobs 501' }).waitFor();

  const list = await longestTask(page, async () => {
    const ids: string[] = [];
    for (let count = 0; count < 20; count++) ids.push(await program.startJob([file], steps));
    await until(
      'all are done',
      async () => (await program.job(ids.at(-1) ?? ''))?.state === 'COMPLETED',
      60_000,
    );
    await page.getByRole('heading', { name: 'Jobs 521' }).waitFor();
  });

  const job = await longestTask(page, async () => {
    const id = await program.startJob([file, file, file, file], [{ merge: {} }, ...steps]);
    await page.goto(`/jobs/${id}`);
    await page.getByRole('link', { name: /^Download/ }).waitFor({ timeout: 30_000 });
  });
  console.log(`# longest task: list ${list.toFixed(1)} ms, job ${job.toFixed(1)} ms`);
  assert.ok(list <= mostMs, `the list: ${list} ms`);
  assert.ok(job <= mostMs, `the job: ${job} ms`);
});
