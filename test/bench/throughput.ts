import { Client } from '../helpers/client.ts';
import { startCluster } from '../helpers/cluster.ts';
import { makePdf } from '../helpers/pdf.ts';
import { quantile } from '../helpers/quantile.ts';
import { until } from '../helpers/wait.ts';
import type { Tell } from './figures.ts';

/** Jobs of one page through everything, by one web and two worker processes: many at once, then one at a time. */
export async function run(tell: Tell): Promise<void> {
  const cluster = await startCluster({
    webs: 1,
    workers: 2,
    env: { WORKER_CONCURRENCY: '1', MAX_UNFINISHED_JOBS: '10000' },
  });
  // Past the limit that keeps one person from drowning the others.
  const clients = await Promise.all(
    Array.from({ length: people }, async (_, i) => {
      const { token } = await cluster.tokens.sign({ subject: `person-${i}` }, 3_600);
      const client = new Client(cluster.webUrls[0] ?? '', token);
      return { client, file: await client.upload(makePdf({ pages: 1 })) };
    }),
  );
  const finished = async (count: number) => {
    const [row] = await cluster.sql`select count(*)::int as count from jobs where state = 'COMPLETED'`;
    return row?.count >= count;
  };
  const start = ({ client, file }: (typeof clients)[number]) =>
    client.startJob([file], [{ rotate: { degrees: 90 } }]);
  try {
    // The slots are warm.
    await Promise.all(clients.map(start));
    await until('the first are done', () => finished(people));

    const beganAt = performance.now();
    await Promise.all(
      clients.map(async (person) => {
        for (let i = 0; i < each; i++) await start(person);
      }),
    );
    await until('all are done', () => finished(people * (1 + each)), 120_000);
    const seconds = (performance.now() - beganAt) / 1_000;

    for (const person of clients.slice(0, 1))
      for (let i = 1; i <= alone; i++) {
        await start(person);
        await until('it is done', () => finished(people * (1 + each) + i));
      }
    const waits = await cluster.sql<{ ms: number }[]>`
      select extract(epoch from started_at - created_at)::float8 * 1000 as ms
      from jobs order by created_at desc limit ${alone}`;
    const ms = waits.map((row) => row.ms);
    console.log('| jobs | per second | created → started, when idle: p50 | p99 |\n| --: | --: | --: | --: |');
    const rate = (people * each) / seconds;
    const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)];
    console.log(`| ${people * each} | ${rate.toFixed(1)} | ${p50.toFixed(0)} ms | ${p99.toFixed(0)} ms |`);
    tell({ case: 'one page, many at once', metric: 'throughput', value: rate, unit: 'jobs/s' });
    tell({ case: 'one page, when idle', metric: 'created → started, p50', value: p50, unit: 'ms' });
    tell({ case: 'one page, when idle', metric: 'created → started, p99', value: p99, unit: 'ms' });
  } finally {
    await cluster.close();
  }
}

const people = 8;
const each = 25;
const alone = 100;
