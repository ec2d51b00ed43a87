import { parseArgs } from 'node:util';
import { onStopSignal } from '../../server/stop-signals.ts';
import { random as seeded } from '../helpers/random.ts';
import { audit } from './audit.ts';
import { startCluster } from '../helpers/cluster.ts';
import { runFaults } from './faults.ts';
import { printReport } from './report.ts';
import { createTally } from './tally.ts';
import { createUsers } from './users.ts';

/**
 * `npm run chaos -- --minutes 10 --seed 7`: two web and two worker processes and their Postgres are broken in every way
 * we know while users make jobs and watch them; ends with 1 where a promise is not kept. Only the faults and their
 * times follow the seed: processes do not run the same way twice.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '2.5' }, seed: { type: 'string' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const command = `npm run chaos -- --minutes ${minutes} --seed ${seed}`;
console.log(command);

/** For the last jobs to end: a lost worker is noticed after 10 s. */
const calmMs = 20_000;
const tally = createTally();
const cluster = await startCluster({
  webs: 2,
  workers: 2,
  env: { WORKER_CONCURRENCY: '2', MAX_UNFINISHED_JOBS: '1000' },
  workerEnv: { NODE_OPTIONS: `--import ${new URL('full-disk.ts', import.meta.url).href}` },
});
// Postgres is in a session of its own, where no Ctrl-C reaches it.
onStopSignal(() => void cluster.close().finally(() => process.exit(130)));
try {
  const users = await createUsers({ cluster, random: seeded(seed + 1), tally, count: 6 });
  const end = performance.now() + minutes * 60_000 - calmMs;
  await Promise.all([users.work(end), runFaults({ cluster, users, random: seeded(seed), tally, end })]);
  await users.settle();
  await audit(cluster, users, tally);
} finally {
  await cluster.close();
}
printReport(command, tally);
process.exit(tally.broken ? 1 : 0);
