import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { jobsChannel } from '../server/jobs/write.ts';
import type { Client } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

let server: TestServer;
let client: Client;

before(async () => {
  server = await startServer();
  client = await server.guest();
});
after(() => server[Symbol.asyncDispose]());

/** The entries of one type, in order. */
async function said(id: string, type: string): Promise<string[]> {
  const { job } = await client.data<{
    job: { events: { edges: { node: { type: string; message: string } }[] } };
  }>('query ($id: ID!) { job(id: $id) { events(first: 100) { edges { node { type message } } } } }', { id });
  return job.events.edges.flatMap(({ node }) => (node.type === type ? node.message : []));
}

test('the timeline says what each step touched, over all passes, and warns of one that touched nothing', async () => {
  const file = await client.upload(makePdf({ pages: 18 }));
  const id = await client.startJob(
    [file],
    [
      { rotate: { degrees: 90, pages: '7' } },
      { split: { bookmarks: true } },
      { optimize: {} },
      { rotate: { degrees: 90, pages: '7' } },
      { pages: { select: '1-3' } },
    ],
  );
  assert.equal((await client.finish(id)).state, 'COMPLETED');
  const done = (await said(id, 'STEP_DONE')).filter((message) => !message.includes('→'));
  assert.deepEqual(done, [
    '1 page turned by 90°',
    '1 document of 18 pages made smaller',
    '1 page turned by 90°',
    '3 pages chosen out of 18 pages',
  ]);
  const warning =
    '“Split documents” found nothing to do: no bookmark of the highest level begins a further part.';
  assert.deepEqual(await said(id, 'WARNING'), [warning]);
  const { job } = await client.data<{ job: { report: { warnings: string[] } } }>(
    'query ($id: ID!) { job(id: $id) { report { warnings } } }',
    { id },
  );
  assert.deepEqual(job.report.warnings, [warning]);
});

test('every stage is written, in order and pass after pass, and the bar never goes back', async () => {
  const told: { stage: string; percent: number }[] = [];
  const { unlisten } = await server.services.database.sql.listen(jobsChannel, (hint) => {
    told.push(JSON.parse(hint) as (typeof told)[number]);
  });
  const file = await client.upload(makePdf({ pages: 1 }));
  const id = await client.startJob([file], [{ pageNumbers: {} }, { optimize: {} }]);
  await client.finish(id);
  await until('the end is told', () => told.at(-1)?.stage === 'DONE');
  await unlisten();
  const stages = told.map(({ stage }) => stage);
  const pass = ['ANALYZING', 'SPLITTING', 'PROCESSING', 'MERGING'];
  // Those that come close together are one commit, of which the last one's stage is told; each has its entry.
  const all = ['QUEUED', ...pass, ...pass, 'SAVING', 'DONE'];
  let at = 0;
  for (const stage of stages.filter((each, index) => each !== stages[index - 1])) {
    at = all.indexOf(stage, at);
    assert.notEqual(at, -1, stages.join(' '));
  }
  assert.deepEqual([stages[0], stages.at(-1)], ['QUEUED', 'DONE']);
  for (const [index, { percent }] of told.entries())
    assert.ok(percent >= (told[index - 1]?.percent ?? 0), told.map((hint) => hint.percent).join(' '));
  assert.deepEqual(await said(id, 'STAGE'), [
    '1 page in one range',
    'Processing 1 page',
    'Writing',
    'Reading what came of the steps before',
    '1 page in one range',
    'Processing 1 page',
    'Writing',
    'Saving 1 file',
  ]);
});

test('a step is done when its pass is written, whatever was said of it', async () => {
  await using waiting = await startServer({ worker: false });
  const guest = await waiting.guest();
  const file = await guest.upload(makePdf({ pages: 3 }));
  const steps = [{ rotate: { degrees: 360 } }, { pageNumbers: {} }, { optimize: {} }, { extractText: {} }];
  const id = await guest.startJob([file], steps);
  for (const [pass, stage, done] of [
    [0, 'QUEUED', 0],
    [0, 'MERGING', 0],
    [1, 'PROCESSING', 2],
    [2, 'PROCESSING', 3],
    [2, 'SAVING', 4],
  ] as const) {
    await waiting.services.database.db.execute(sql`update jobs set pass = ${pass}, stage = ${stage}`);
    const { job } = await guest.data<{ job: { progress: { stepsDone: number } } }>(
      'query ($id: ID!) { job(id: $id) { progress { stepsDone } } }',
      { id },
    );
    assert.equal(job.progress.stepsDone, done, `${stage} of pass ${pass}`);
  }
});
