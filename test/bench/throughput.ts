import { Client } from '../helpers/client.ts';
import { type Cluster, startCluster } from '../helpers/cluster.ts';
import { cpuTime } from '../helpers/cpu.ts';
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

    const usedBefore = await cpuOf(cluster);
    const beganAt = performance.now();
    await Promise.all(
      clients.map(async (person) => {
        for (let i = 0; i < each; i++) await start(person);
      }),
    );
    await until('all are done', () => finished(people * (1 + each)), 120_000);
    const seconds = (performance.now() - beganAt) / 1_000;
    const used = await cpuOf(cluster);
    const cpu = Object.entries(used).map(([part, ms]) => ({
      part,
      ms: (ms - usedBefore[part as keyof typeof used]) / (people * each),
    }));

    for (const person of clients.slice(0, 1))
      for (let i = 1; i <= alone; i++) {
        await start(person);
        await until('it is done', () => finished(people * (1 + each) + i));
      }
    const waits = await cluster.sql<{ ms: number }[]>`
      select extract(epoch from started_at - created_at)::float8 * 1000 as ms
      from jobs order by created_at desc limit ${alone}`;
    const ms = waits.map((row) => row.ms);
    const parts = cpu.map(({ part }) => `${part} |`).join(' ');
    console.log(`| jobs | per second | created → started, when idle: p50 | p99 | CPU a job: ${parts}`);
    console.log('| --: | --: | --: | --: |' + ' --: |'.repeat(cpu.length));
    const rate = (people * each) / seconds;
    const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)];
    const cells = [p50, p99].map((value) => value.toFixed(0)).concat(cpu.map((one) => one.ms.toFixed(1)));
    console.log(
      `| ${people * each} | ${rate.toFixed(1)} |${cells.map((value) => ` ${value} ms |`).join('')}`,
    );
    tell({ case: 'one page, many at once', metric: 'throughput', value: rate, unit: 'jobs/s' });
    for (const { part, ms: value } of cpu)
      tell({ case: 'one page, many at once', metric: `CPU a job, ${part}`, value, unit: 'ms' });
    tell({ case: 'one page, when idle', metric: 'created → started, p50', value: p50, unit: 'ms' });
    tell({ case: 'one page, when idle', metric: 'created → started, p99', value: p99, unit: 'ms' });
  } finally {
    await cluster.close();
  }
}

/** Milliseconds of processor time until now: unlike wall time it tells the same beside others' work. */
async function cpuOf({ webs, workers, postmaster }: Cluster) {
  const web = await Promise.all(webs.map(({ pid }) => cpuTime(pid)));
  const worker = await Promise.all(workers.map(({ pid }) => cpuTime(pid)));
  const postgres = await cpuTime(await postmaster());
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    web: sum(web.map(({ own }) => own)),
    workers: sum(worker.map(({ own }) => own)),
    slots: sum(worker.map(({ below }) => below)),
    Postgres: postgres.own + postgres.below,
  };
}

const people = 8;
const each = 25;
const alone = 100;
