import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { connect } from '../../../server/db/client.ts';
import { parseId } from '../../../server/id.ts';
import { write } from '../../../server/jobs/write.ts';
import { type ProgressView, transports } from '../../helpers/client.ts';
import { type Cluster, startCluster } from '../../helpers/cluster.ts';
import { quantile } from '../../helpers/quantile.ts';
import { seedSilent } from '../../helpers/silent-job.ts';
import { subscribe } from '../../helpers/subscriber.ts';
import { until } from '../../helpers/wait.ts';
import type { Tell } from '../figures.ts';
import { measureLatency } from '../latency.ts';
import { run as measureThroughput } from '../throughput.ts';
import { type HomeMade, startHomeMade } from './home-made.ts';

const load = { count: 1_000, writesPerSecond: 500 };
const clients = 50;
const events = 40;
const people = 8;
const each = 25;

/** A job's way from the writer to the browser and through everything: ours, and what people build. */
export async function compareService(tell: Tell): Promise<void> {
  const homeMade = await startHomeMade().catch(({ message }: Error) => console.log(`\n${message}`));
  if (!homeMade) return;
  const cluster = await startCluster({ webs: 1, workers: 0, env: { MAX_SUBSCRIPTIONS: '10000' } });
  try {
    console.log(
      `\n| ${load.count} subscribers, ${load.writesPerSecond} writes/s | p50 | p99 |\n| --- | --: | --: |`,
    );
    for (const [by, times] of await latencies(cluster, homeMade)) {
      const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
      console.log(`| ${by} | ${p50.toFixed(1)} ms | ${p99.toFixed(1)} ms |`);
      tell({ case: `progress, ${by}`, metric: 'p50', value: p50, unit: 'ms' });
      tell({ case: `progress, ${by}`, metric: 'p99', value: p99, unit: 'ms' });
    }
    console.log(
      `\n| ${clients} clients cut off for a second | sent to them | never got |\n| --- | --: | --: |`,
    );
    const cut = { Octavo: await reconnect(cluster), 'home-made': await theirReconnect(homeMade) };
    for (const [by, { sent, lost }] of Object.entries(cut)) {
      console.log(`| ${by} | ${sent} | ${lost} |`);
      tell({ case: `reconnect, ${by}`, metric: 'lost', value: lost / sent, unit: 'share' });
    }
  } finally {
    await cluster.close();
  }
  try {
    const rate = await homeMade.drive<number>('throughput', people, each);
    console.log(
      '\nThe home-made one, with the same people and jobs: ' + `${rate.toFixed(1)} jobs a second. Octavo:\n`,
    );
    tell({ case: 'one-page jobs, home-made', metric: 'throughput', value: rate, unit: 'jobs/s' });
  } finally {
    await homeMade.close();
  }
  await measureThroughput((figure) => tell({ ...figure, case: `${figure.case}, Octavo` }));
}

/** From before a write is sent. */
async function latencies(cluster: Cluster, homeMade: HomeMade): Promise<[by: string, ms: number[]][]> {
  const found: [string, number[]][] = [];
  const database = connect(cluster.databaseUrl, 4);
  try {
    for (const transport of transports) {
      const { sinceSent } = await measureLatency(cluster, database, { ...load, transport });
      found.push([`Octavo, ${transport}`, sinceSent]);
    }
  } finally {
    await database.close();
  }
  found.push(['home-made', await homeMade.drive<number[]>('latency', load.count, load.writesPerSecond, 10)]);
  return found;
}

const theirReconnect = (homeMade: HomeMade) =>
  homeMade.drive<{ sent: number; lost: number }>('reconnect', clients, events);

async function reconnect({ tokens, webUrls, databaseUrl }: Cluster): Promise<{ sent: number; lost: number }> {
  const database = connect(databaseUrl, 4);
  const { token } = await tokens.sign({ subject: 'cut off' }, 3_600);
  const ids = await seedSilent({ database }, { issuer: 'octavo', subject: 'cut off' }, clients);
  await database.db.execute(sql`update jobs set state = 'RUNNING' where subject = 'cut off'`);
  const got = ids.map(() => new Set<number>());
  let begun = 0;
  const watch = (id: string, index: number) =>
    subscribe<{ jobProgress: ProgressView }>(
      'ws',
      { url: webUrls[0] ?? '', token, query, variables: { id, after: Math.max(0, ...got[index]!) } },
      ({ data }) => {
        begun += 1;
        for (const { seq } of data?.jobProgress.events ?? []) got[index]!.add(seq);
      },
    );
  let streams = ids.map(watch);
  try {
    await until('all are subscribed', () => begun >= clients);
    for (let n = 0; n < events; n++) {
      if (n === events / 2) {
        for (const stream of streams) stream.drop();
        void delay(1_000).then(() => (streams = ids.map(watch)));
      }
      await Promise.all(
        ids.map((id) =>
          write(database.db, {
            id: parseId('job', id) ?? '',
            transition: 'annotate',
            milestones: [{ type: 'STAGE', message: `Stage ${n}` }],
          }),
        ),
      );
      await delay(100);
    }
    await delay(1_000);
  } finally {
    for (const stream of streams) stream.leave();
    await database.close();
  }
  const sent = clients * events;
  // The first entry of each job came before.
  return { sent, lost: sent + clients - got.reduce((sum, { size }) => sum + size, 0) };
}

const query =
  'subscription ($id: ID!, $after: Int) { jobProgress(id: $id, after: $after) { events { seq } } }';
