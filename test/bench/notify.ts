import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { connect } from '../../server/db/client.ts';
import { listen } from '../../server/db/listen.ts';
import { parseId } from '../../server/id.ts';
import { jobsChannel, type Transition, write } from '../../server/jobs/write.ts';
import { createLog } from '../../server/log.ts';
import { startCluster } from '../helpers/cluster.ts';
import { quantile } from '../helpers/quantile.ts';
import { seedSilent } from '../helpers/silent-job.ts';
import type { Tell } from './figures.ts';

/**
 * Commits that NOTIFY wait for each other, for the order of notifications is that of commits. What that costs: sixteen
 * writers take jobs through their lives, a started, six further milestones and an end, as workers do; with NOTIFY and,
 * for comparison, with a `pg_notify` that does nothing.
 */
export async function run(tell: Tell): Promise<void> {
  const cluster = await startCluster({ webs: 1, workers: 0 });
  const log = createLog('silent');
  const listener = await listen({
    url: cluster.databaseUrl,
    channels: { [jobsChannel]: () => {} },
    onReady: () => {},
    log,
  });
  await cluster.sql`create schema quiet`;
  await cluster.sql`create function quiet.pg_notify(text, text) returns void language sql immutable as ''`;
  console.log('| 16 writers | jobs/s | commits/s | commit p50 | p99 |\n| --- | --: | --: | --: | --: |');
  try {
    for (const round of [1, 2]) {
      await measure(`with NOTIFY, round ${round}`, cluster.databaseUrl, tell);
      await measure(
        `without, round ${round}`,
        `${cluster.databaseUrl}?search_path=quiet,pg_catalog,public`,
        tell,
      );
    }
  } finally {
    await listener.close();
    await cluster.close();
  }
}

const writers = 16;
const jobs = 1_600;
const life: readonly Transition[] = ['claim', ...Array<Transition>(6).fill('proceed'), 'complete'];

async function measure(what: string, url: string, tell: Tell) {
  const database = connect(url, writers);
  const owner = { issuer: 'octavo', subject: randomUUID() };
  const waiting = await seedSilent({ database }, owner, jobs);
  const times: number[] = [];

  async function work() {
    for (let id = waiting.pop(); id; id = waiting.pop())
      for (const transition of life) {
        const beganAt = performance.now();
        await write(database.db, {
          id: parseId('job', id) ?? '',
          transition,
          set: [sql`percent = least(percent + 12, 100)`],
          milestones: [{ type: 'STAGE', message: 'Something to read' }],
        });
        times.push(performance.now() - beganAt);
      }
  }

  const beganAt = performance.now();
  await Promise.all(Array.from({ length: writers }, work));
  const seconds = (performance.now() - beganAt) / 1_000;
  await database.close();
  tell({ case: what, metric: 'throughput', value: jobs / seconds, unit: 'jobs/s' });
  const rates = [jobs / seconds, times.length / seconds].map((rate) => Math.round(rate).toLocaleString('en'));
  const commits = [0.5, 0.99].map((part) => `${quantile(times, part).toFixed(1)} ms`);
  console.log(`| ${[what, ...rates, ...commits].join(' | ')} |`);
}
