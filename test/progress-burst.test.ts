import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../server/db/client.ts';
import { newId } from '../server/id.ts';
import { createAttempts } from '../server/jobs/attempt.ts';
import { createProgressWriters } from '../server/jobs/progress.ts';
import { reportOn } from '../server/jobs/report.ts';
import { createTally } from './chaos/tally.ts';
import { watch } from './chaos/watcher.ts';
import { random } from './helpers/random.ts';
import { startServer } from './helpers/server.ts';
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
    const { id } = row;
    const writer = writers.open(row, () => assert.fail(`${id} was lost`));
    const at = { stage: 'PROCESSING', current: 0, total: 1_000, eta: null, pass: 0, ranges: '.' } as const;
    let percent = 0;
    for (let n = 1; n <= milestones; n += 1) {
      for (let tick = chance.below(40); tick > 0; tick -= 1) {
        percent += 0.2;
        writer.tick({ ...at, percent });
        if (tick % 10 === 0) await new Promise(setImmediate);
      }
      assert.ok(await writer.milestone({ ...at, percent }, { type: 'WARNING', message: `Milestone ${n}` }));
    }
    writer.close();
    const { issuer, subject } = owner;
    const result = { id: newId(), issuer, subject, name: 'a.pdf', mediaType: 'application/pdf', bytes: 1 };
    const output = { ...result, pages: 1, sha256: '0'.repeat(64), storageKey: `jobs/${id}` };
    const results = { outputs: [output], report: reportOn([], [], []) };
    assert.ok(await attempts.complete(row, results, [{ type: 'COMPLETED', message: 'Done' }]));
  }
});
