import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { connect, type Database } from '../../server/db/client.ts';
import { parseId } from '../../server/id.ts';
import { write } from '../../server/jobs/write.ts';
import { type ProgressView, type Transport, transports } from '../helpers/client.ts';
import { type Cluster, startCluster } from '../helpers/cluster.ts';
import { residentBytes } from '../helpers/memory.ts';
import { quantile } from '../helpers/quantile.ts';
import { seedSilent } from '../helpers/silent-job.ts';
import { type Subscriber, subscribe } from '../helpers/subscriber.ts';
import { until } from '../helpers/wait.ts';
import type { Tell } from './figures.ts';

/**
 * How long from a progress write until its payload is at the client: counted from the commit's answer, and, as the
 * notification may overtake that, also from before the write was sent. One web process; clients and writer are this one.
 */
export async function run(tell: Tell): Promise<void> {
  const cluster = await startCluster({ webs: 1, workers: 0, env: { MAX_SUBSCRIPTIONS: '10000' } });
  const database = connect(cluster.databaseUrl, 4);
  console.log(
    '| subscribers | over | writes/s | since commit, p50 | p99 | since sent, p50 | p99 | server memory each |',
  );
  console.log('| --: | --- | --: | --: | --: | --: | --: | --: |');
  try {
    for (const count of [50, 1_000, 10_000])
      for (const transport of transports)
        print(await measureLatency(cluster, database, { count, transport, writesPerSecond }), tell);
  } finally {
    await database.close();
    await cluster.close();
  }
}

/** Each a durable commit of its own, which a worker spares itself: its jobs share ten statements a second. */
const writesPerSecond = 200;
const seconds = 10;
/** Not counted: until code is compiled and connections are made. */
const warmUp = 400;

export interface Load {
  count: number;
  transport: Transport;
  writesPerSecond: number;
}

export interface Latency extends Load {
  /** Milliseconds of each write that was counted. */
  sinceCommit: number[];
  sinceSent: number[];
  /** Writes a second that were made indeed. */
  rate: number;
  /** Of the server's memory, for each subscriber. */
  bytesEach: number;
}

/** So many subscribers with a job each, to whose jobs progress is written one after the other. */
export async function measureLatency(
  { tokens, webs, webUrls }: Cluster,
  database: Database,
  load: Load,
): Promise<Latency> {
  const { count, transport, writesPerSecond } = load;
  const subject = `${transport}-${count}-${writesPerSecond}`;
  const { token } = await tokens.sign({ subject }, 3_600);
  const ids = await seedSilent({ database }, { issuer: 'octavo', subject }, count);
  // Only these have ticks; of those that wait the place would be looked up.
  await database.db.execute(sql`update jobs set state = 'RUNNING' where subject = ${subject}`);
  const writes: { id: string; sentAt: number; committedAt: number; arrivedAt?: number }[] = [];
  let begun = 0;
  const url = webUrls[0] ?? '';
  const bytesBefore = await residentBytes(webs[0]!.pid);
  const streams: Subscriber[] = [];
  for (const [i, id] of ids.entries()) {
    // No more at once than the kernel lets wait for an accept.
    if (i % 200 === 0) await until('they are subscribed', () => begun === i, 60_000);
    const stream = subscribe<{ jobProgress: ProgressView }>(
      transport,
      { url, token, query, variables: { id } },
      ({ data }) => {
        const { current } = data?.jobProgress.job.progress ?? {};
        if (current === null || current === undefined) return void begun++;
        // A newer tick stands for those before it.
        for (let n = current; n >= i; n -= count) {
          const tick = writes[n];
          if (!tick || tick.arrivedAt) break;
          tick.arrivedAt = performance.now();
        }
      },
    );
    streams.push(stream);
  }
  await until('all are subscribed', () => begun === count, 60_000);
  const bytesEach = ((await residentBytes(webs[0]!.pid)) - bytesBefore) / count;

  const total = warmUp + writesPerSecond * seconds;
  const beganAt = performance.now();
  const pending: Promise<void>[] = [];
  for (let n = 0; n < total; n++) {
    const aheadMs = beganAt + (n * 1_000) / writesPerSecond - performance.now();
    if (aheadMs > 1) await delay(aheadMs);
    pending.push(writeTick(n));
  }
  await Promise.all(pending);
  const tookMs = performance.now() - beganAt;
  await until('all have arrived', () => writes.every(({ arrivedAt }) => arrivedAt));
  for (const stream of streams) stream.leave();

  async function writeTick(n: number) {
    const id = ids[n % count] ?? '';
    const tick = { id, sentAt: performance.now(), committedAt: NaN };
    writes[n] = tick;
    await write(database.db, {
      id: parseId('job', id) ?? '',
      transition: 'annotate',
      set: [sql`current = ${n}::int`],
      milestones: [],
    });
    tick.committedAt = performance.now();
  }

  const counted = writes.slice(warmUp);
  return {
    ...load,
    sinceCommit: counted.map(({ committedAt, arrivedAt = NaN }) => arrivedAt - committedAt),
    sinceSent: counted.map(({ sentAt, arrivedAt = NaN }) => arrivedAt - sentAt),
    rate: Math.round(total / (tookMs / 1_000)),
    bytesEach,
  };
}

function print({ count, transport, sinceCommit, sinceSent, rate, bytesEach }: Latency, tell: Tell): void {
  const figures = { 'since commit': sinceCommit, 'since sent': sinceSent };
  const named = Object.entries(figures).flatMap(([name, times]) =>
    [0.5, 0.99].map((part) => ({ metric: `${name}, p${part * 100}`, value: quantile(times, part) })),
  );
  for (const figure of named) tell({ case: `${count} over ${transport}`, ...figure, unit: 'ms' });
  // Of fewer it would be the noise of the heap.
  const memory = count < 1_000 ? '' : `${Math.round(bytesEach / 1_000)} kB`;
  if (memory)
    tell({
      case: `${count} over ${transport}`,
      metric: 'server memory',
      value: bytesEach / 1_000,
      unit: 'kB',
    });
  const cells = [count, transport, rate, ...named.map(({ value }) => `${value.toFixed(1)} ms`), memory];
  console.log(`| ${cells.join(' | ')} |`);
}

const query = 'subscription ($id: ID!) { jobProgress(id: $id) { job { id progress { percent current } } } }';
