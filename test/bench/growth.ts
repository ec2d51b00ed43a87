import { sql } from 'drizzle-orm';
import { connect } from '../../server/db/client.ts';
import { createDiskStorage } from '../../server/files/disk.ts';
import { parseId } from '../../server/id.ts';
import { createAttempts } from '../../server/jobs/attempt.ts';
import { createQueue } from '../../server/jobs/queue.ts';
import { createJobReader } from '../../server/jobs/read.ts';
import { createRetention } from '../../server/jobs/retention.ts';
import { sweep } from '../../server/jobs/sweep.ts';
import { createLog } from '../../server/log.ts';
import { Client } from '../helpers/client.ts';
import { startCluster } from '../helpers/cluster.ts';
import { fill, type Share } from '../helpers/fill.ts';
import { makePdf } from '../helpers/pdf.ts';
import { quantile } from '../helpers/quantile.ts';
import type { Tell } from './figures.ts';

/**
 * What an owner waits for among a million jobs of 20,000 owners, beside the same owner alone in the database: by turns, so
 * that whatever else the machine does falls on both. One web and one worker process for each of the two.
 */
export async function run(tell: Tell): Promise<void> {
  await using crowd = await open(everybody);
  console.log('| owner’s jobs | what | alone | among a million | ratio |\n| --: | --- | --: | --: | --: |');
  for (const share of watched) {
    await using alone = await open([share]);
    const [own, amongAll] = [await worksOf(alone, share), await worksOf(crowd, share)];
    for (const [what, work] of Object.entries(own)) {
      const [short, long] = await byTurns(work, amongAll[what]!);
      const cells = [share.jobs.toLocaleString('en'), what, ms(short), ms(long), (long / short).toFixed(2)];
      console.log(`| ${cells.join(' | ')} |`);
      const record = (metric: string, value: number, unit: string) =>
        tell({ case: `${what}, ${share.jobs} jobs`, metric, value, unit });
      record('alone', short, 'ms');
      record('among a million', long, 'ms');
      record('ratio', long / short, '×');
    }
  }
}

const some = (kind: string, owners: number, jobs: number): Share[] =>
  Array.from({ length: owners }, (_, i) => ({ subject: `${kind}-${i}`, jobs }));

const watched: Share[] = [...some('most', 1, 100_000), ...some('many', 1, 10_000), ...some('few', 1, 40)];
/** 1,000,000 jobs of 20,000 owners. */
const everybody: Share[] = [
  ...some('most', 1, 100_000),
  ...some('many', 9, 10_000),
  ...some('few', 9_590, 40),
  ...some('some', 10_400, 41),
];

type Place = Awaited<ReturnType<typeof open>>;

async function open(shares: readonly Share[]) {
  await using stack = new AsyncDisposableStack();
  const cluster = await startCluster({ webs: 1, workers: 1, env: { WORKER_CONCURRENCY: '1' } });
  stack.defer(cluster.close);
  await fill(cluster.sql, shares);
  // Or it goes on to write for minutes.
  await cluster.sql`checkpoint`;
  const database = connect(cluster.databaseUrl, 2);
  stack.defer(database.close);
  const log = createLog('silent');
  const queue = await createQueue({ url: cluster.databaseUrl, works: false, log });
  stack.defer(queue.close);
  const { db } = database;
  const storage = await createDiskStorage(cluster.folder);
  const held = stack.move();
  return {
    cluster,
    db,
    retention: createRetention(db, storage, 24, log),
    sweep: () => sweep(db, queue, createAttempts(db, queue, 24), log),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Returns what is left to be done, untimed, before the next. */
type Work = () => Promise<unknown>;
type Works = Record<string, Work>;

async function worksOf({ cluster, db, retention, sweep }: Place, { subject, jobs }: Share): Promise<Works> {
  const { token } = await cluster.tokens.sign({ subject }, 24 * 3_600);
  const client = new Client(cluster.webUrls[0] ?? '', token);
  const list = async (args: string, fields = page) => {
    const { jobs } = await client.data<{ jobs: Listed }>(`{ jobs(${args}) { ${fields} } }`);
    return jobs;
  };
  const found = await list('first: 25');
  const ended = found.edges[0]!.node.id;
  const [middle] = await db.execute<{ at: string; id: string }>(sql`
    select to_json(created_at) #>> '{}' as at, id from jobs where subject = ${subject}
    order by created_at desc offset ${Math.floor(jobs / 2)} limit 1`);
  const after = Buffer.from(`${middle!.at.replace('+00:00', 'Z')},${middle!.id}`).toString('base64url');
  const file = await client.upload(makePdf({ pages: 1 }));
  const start = () => client.startJob([file], [{ rotate: { degrees: 90 } }]);
  const read = createJobReader(db);
  const watchedIds = found.edges.map(({ node }) => ({ id: parseId('job', node.id) ?? '', after: 0 }));
  return {
    list: () => list('first: 25'),
    'list 100, with inputs': () => list('first: 100', 'edges { node { id name inputs { name } } }'),
    'page on, halfway': () => list(`first: 25, after: "${after}"`),
    count: () => list('first: 0', 'totalCount'),
    'filter by state': () => list('first: 25, filter: { states: [FAILED] }', `${page} totalCount`),
    'search, found at once': () => list('first: 25, filter: { text: "REPORT" }'),
    'search, found nowhere': () => list('first: 25, filter: { text: "nowhere" }'),
    'search, counted': () => list('first: 25, filter: { text: "REPORT" }', `${page} totalCount`),
    subscribe: async () => {
      for await (const _ of client.watch('sse', ended)) break;
    },
    createJob: async () => {
      const id = await start();
      return () => client.finish(id);
    },
    'a whole job': async () => client.finish(await start()),
    'read again after a LISTEN': async () => {
      await read.changed([{ issuer: 'octavo', subject }], 75);
      await read.snapshots(watchedIds);
    },
    sweep,
    'retention, nothing due': async () => {
      await retention.purge();
      await retention.expire();
    },
  };
}

interface Listed {
  edges: { node: { id: string } }[];
}

const page = 'edges { cursor node { id name state inputs { name } outputs { name url } } }';

/** Medians, in ms. */
async function byTurns(one: Work, other: Work): Promise<[one: number, other: number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < warmUp + rounds; round++)
    for (const [work, own] of [
      [one, times[0]],
      [other, times[1]],
    ] as const) {
      const beganAt = performance.now();
      const left = await work();
      if (round >= warmUp) own.push(performance.now() - beganAt);
      if (typeof left === 'function') await (left as Work)();
    }
  return [quantile(times[0], 0.5), quantile(times[1], 0.5)];
}

/** Until code is compiled, and statements are planned for good. */
const warmUp = 10;
const rounds = 41;

function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}
