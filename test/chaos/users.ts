import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, transports } from '../helpers/client.ts';
import { makePdf } from '../helpers/pdf.ts';
import type { Random } from '../helpers/random.ts';
import type { Cluster } from '../helpers/cluster.ts';
import { followOwner, type OwnerFollower } from './owner-follower.ts';
import type { Tally } from './tally.ts';
import { type Connect, type Watcher, watch } from './watcher.ts';

/** People and programs who make jobs and watch them, and try again whatever happens. */
export interface Users {
  readonly watchers: readonly Watcher[];
  readonly followers: readonly OwnerFollower[];
  /** By job: whose it is. */
  readonly jobs: ReadonlyMap<string, string>;
  /** Makes jobs until then (of `performance.now()`). */
  work(end: number): Promise<void>;
  /**
   * All is right when a small job has gone through each web process and was told to its end on each transport, and
   * every job that was running before has been written since. Resolves then, or after a minute.
   */
  untilRight(): Promise<void>;
  /** While on, tokens are good for two seconds only. */
  shortTokens(on: boolean): void;
  /** Resolves when every job is told to be done, or after two minutes. */
  settle(): Promise<void>;
  client(subject: string): Promise<Client>;
}

export async function createUsers(options: {
  cluster: Cluster;
  random: Random;
  tally: Tally;
  count: number;
}): Promise<Users> {
  const { cluster, random, tally, count } = options;
  const jobs = new Map<string, string>();
  const watchers: Watcher[] = [];
  const followers: OwnerFollower[] = [];
  const files = new Map<string, string[]>();
  let short = false;

  async function token(subject: string) {
    // With the 5 s that clocks may differ.
    const seconds = short ? -3 : Math.round(random.between(10, 60));
    return (await cluster.tokens.sign({ subject }, seconds)).token;
  }
  const anyUrl = () => random.of(cluster.networks).url;
  const client = async (subject: string) => new Client(anyUrl(), await token(subject));

  const subjects = Array.from({ length: count }, (_, i) => `user-${i + 1}`);
  for (const subject of [...subjects, prober])
    files.set(
      subject,
      await Promise.all(sizes.map(async (pages) => (await client(subject)).upload(makePdf({ pages })))),
    );
  const connect =
    (subject: string, url = anyUrl): Connect =>
    async () => ({ url: url(), transport: random.of(transports), token: await token(subject) });
  for (const subject of subjects) followers.push(followOwner(subject, connect(subject), tally));

  /** The same key each time: however often it is sent, it is one job. */
  async function create(subject: string, pages: number, url = anyUrl): Promise<Watcher[]> {
    const idempotencyKey = randomUUID();
    const file = files.get(subject)?.[sizes.indexOf(pages)] ?? '';
    const steps = random.of([
      [{ pageNumbers: {} }],
      [{ rotate: { degrees: 90 } }],
      [{ rotate: { degrees: 90 } }, { pageNumbers: { format: '{n} of {total}' } }],
      [{ extractText: {} }],
      [{ pageNumbers: {} }, { extractText: {} }],
    ]);
    const id = await untilDone(async () =>
      new Client(url(), await token(subject)).startJob([file], steps, { idempotencyKey }),
    );
    jobs.set(id, subject);
    tally.counts.jobs++;
    const both = transports.map((transport) =>
      watch(id, async () => ({ ...(await connect(subject, url)()), transport }), tally),
    );
    watchers.push(...both);
    return both;
  }

  async function cancel(subject: string, id: string) {
    await delay(random.between(0, 2_000));
    const query = 'mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { state } } }';
    await untilDone(async () => (await client(subject)).data(query, { id }));
  }

  async function work(subject: string, end: number) {
    const unfinished = new Set<Watcher>();
    while (performance.now() < end) {
      const pages = random.of([3, 3, 300, 300, 3_000]);
      for (const watcher of await create(subject, pages)) {
        unfinished.add(watcher);
        void watcher.done.then(() => unfinished.delete(watcher));
        if (random.below(50) === 0) void cancel(subject, watcher.id);
      }
      await delay(random.between(200, 2_000));
      while (unfinished.size >= 2 * mostUnfinished && performance.now() < end)
        await Promise.race([delay(1_000), ...[...unfinished].map(({ done }) => done)]);
    }
  }

  async function untilServed() {
    const told = await Promise.all(
      cluster.networks.map(({ url }) => create(prober, sizes[0] as number, () => url)),
    );
    await Promise.all(told.flat().map(({ done }) => done));
  }

  async function untilWritten(since: number) {
    for (;;) {
      const [silent] = await untilDone(
        () => cluster.sql`
          select from jobs where state in ('RUNNING', 'CANCELING') and updated_at < to_timestamp(${since / 1_000}) limit 1`,
      );
      if (!silent) return;
      await delay(100);
    }
  }

  return {
    watchers,
    followers,
    jobs,
    client,
    work: async (end) => void (await Promise.all(subjects.map((subject) => work(subject, end)))),
    async untilRight() {
      const late = delay(60_000, 'late', { ref: false });
      const right = Promise.all([untilServed(), untilWritten(Date.now())]);
      if ((await Promise.race([late, right])) === 'late')
        tally.violate('not right again within a minute', 'see the fault named next');
    },
    shortTokens: (on) => (short = on),
    async settle() {
      const all = Promise.all(watchers.map(({ done }) => done));
      await Promise.race([all, delay(120_000, undefined, { ref: false })]);
      for (const follower of followers) follower.close();
    },
  };
}

const prober = 'prober';
const mostUnfinished = 8;
/** Pages: done in a moment, in half a second, in several seconds, so that faults find jobs at work. */
const sizes = [3, 300, 3_000];

/** @throws the last reason, after two minutes in vain */
async function untilDone<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + 120_000;
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(200);
    }
}
