import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../server/db/client.ts';
import type { JobRow } from '../server/db/tables.ts';
import { newId, parseId } from '../server/id.ts';
import type { Services } from '../server/services.ts';
import { createAttempts, type Results } from '../server/jobs/attempt.ts';
import { createProgressWriters } from '../server/jobs/progress.ts';
import { reportOn } from '../server/jobs/report.ts';
import { createTally } from './chaos/tally.ts';
import { watch } from './chaos/watcher.ts';
import { random } from './helpers/random.ts';
import { startServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';
import { seedSilent } from './helpers/silent-job.ts';

const seed = 20_261_126;
const jobs = 200;
const milestones = 8;

test('two hundred jobs that two workers run at once are told by the rules', async (t) => {
  t.diagnostic(`seed ${seed}`);
  const chance = random(seed);
  await using server = await startServer({ worker: false });
  const { services, url } = server;
  const client = await server.guest();
  const token = client.token ?? '';
  const owner = await services.tokens.verify(token);
  const ids = await seedSilent(services, owner, jobs);
  await ring(services, ids);
  const tally = createTally();
  const watchers = ids.map((id, index) =>
    watch(id, async () => ({ url, token, transport: index % 2 === 0 ? 'sse' : 'ws' }), tally),
  );

  const workers = [0, 1].map(() => {
    const database = connect(String(server.env.DATABASE_URL), 10);
    const attempts = createAttempts(database.db, services.queue, 24);
    return { database, attempts, writers: createProgressWriters(database.db, attempts, services.log) };
  });
  await Promise.all(ids.map((_, index) => run(workers[index % 2]!)));
  await Promise.all(watchers.map(({ done }) => done));
  for (const { database, writers } of workers) {
    writers.close();
    await database.close();
  }
  assert.equal(tally.broken, false, JSON.stringify(tally.violations));
  // With the first, that of the claim, and the last.
  assert.equal(tally.counts.milestones, jobs * (milestones + 3));

  /** A job's life as fast as it can be told: bursts of ticks between its milestones. */
  async function run({ attempts, writers }: (typeof workers)[number]): Promise<void> {
    const row = await attempts.claim(() => {});
    assert.ok(row);
    const writer = writers.open(row, () => assert.fail(`${row.id} was lost`));
    const at = { stage: 'PROCESSING', current: 0, total: 1_000, eta: null, pass: 0, ranges: '.' } as const;
    let percent = 0;
    for (let n = 1; n <= milestones; n += 1) {
      for (let tick = chance.below(40); tick > 0; tick -= 1) {
        percent += 0.2;
        writer.tick({ ...at, percent });
        if (tick % 10 === 0) await new Promise(setImmediate);
      }
      writer.milestone({ ...at, percent }, { type: 'WARNING', message: `Milestone ${n}` });
      // Else those that come close together are one commit.
      if (chance.below(2) === 0) await writer.flush();
    }
    const untold = await writer.close();
    assert.ok(await attempts.complete(row, results(row), untold, { type: 'COMPLETED', message: 'Done' }));
  }
});

test('milestones that come close together are one commit, and those before the end are in that of the end', async () => {
  await using server = await startServer({ worker: false });
  const { services } = server;
  const { db } = services.database;
  const attempts = createAttempts(db, services.queue, 24);
  const writers = createProgressWriters(db, attempts, services.log);
  const at = { stage: 'MERGING', percent: 1, current: 0, total: 1, eta: null, pass: 1, ranges: 'd' } as const;
  const warning = { type: 'WARNING', message: 'Something to read' } as const;
  const [id = ''] = await seedSilent(services, { issuer: 'octavo', subject: 'alice' }, 1);
  await ring(services, [id]);
  const now = async () => (await services.read.snapshots([{ id: parseId('job', id) ?? '', after: 0 }]))[0]!;
  const row = await attempts.claim(() => {});
  assert.ok(row);
  const writer = writers.open(row, () => assert.fail('it was lost'));

  for (let n = 0; n < 3; n += 1) writer.milestone(at, warning);
  await until('they are told', async () => (await now()).job.seq === row.seq + 3);
  assert.equal((await now()).job.rev, row.rev + 1);

  for (let n = 0; n < 3; n += 1) writer.milestone({ ...at, pass: 2, ranges: 'dd' }, warning);
  const untold = await writer.close();
  assert.ok(await attempts.complete(row, results(row), untold, { type: 'COMPLETED', message: 'Done' }));
  const { job, events } = await now();
  assert.deepEqual([job.rev, job.seq, job.pass, job.ranges], [row.rev + 2, row.seq + 7, 2, 'dd']);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['CREATED', 'STARTED', ...Array(6).fill('WARNING'), 'COMPLETED'],
  );
  writers.close();
});

test('milestones of which nobody knows whether they were written end the attempt, and are not written again', async () => {
  await using server = await startServer({ worker: false });
  const { services } = server;
  const away = new Error('the answer is lost');
  let asked = 0;
  const attempts = {
    ...createAttempts(services.database.db, services.queue, 24),
    proceed: () => Promise.reject(((asked += 1), away)),
  };
  const writers = createProgressWriters(services.database.db, attempts, services.log);
  const lost: unknown[] = [];
  const writer = writers.open({ id: newId(), attempt: 1, seq: 2 }, (error) => void lost.push(error));
  const at = { stage: 'MERGING', percent: 1, current: 0, total: 1, eta: null, pass: 0, ranges: 'd' } as const;
  writer.milestone(at, { type: 'WARNING', message: 'Something to read' });
  await until('it is told', () => lost.length > 0);
  await writer.flush();
  assert.deepEqual(await writer.close(), { progress: undefined, milestones: [] });
  assert.deepEqual([lost, asked], [[away], 1]);
  writers.close();
});

/** One file. */
function results({ id, issuer, subject }: JobRow): Results {
  const output = { id: newId(), issuer, subject, name: 'a.pdf', mediaType: 'application/pdf', bytes: 1 };
  return {
    outputs: [{ ...output, pages: 1, sha256: '0'.repeat(64), storageKey: `jobs/${id}` }],
    report: reportOn([], [], []),
  };
}

/** As creating them would have done. */
function ring({ database, queue }: Services, ids: readonly string[]): Promise<void> {
  return database.db.transaction(async (tx) => {
    for (const id of ids) await queue.ring(tx, parseId('job', id) ?? '');
  });
}
