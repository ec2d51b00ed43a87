import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Random } from '../helpers/random.ts';
import type { Cluster } from '../helpers/cluster.ts';
import type { Service } from '../helpers/service.ts';
import type { Tally } from './tally.ts';
import type { Users } from './users.ts';

interface Scene {
  cluster: Cluster;
  users: Users;
  random: Random;
  /** The first time that this kind is due: at its worst. */
  first: boolean;
}

/** Breaks something and, where it does not heal by itself, mends it again. */
type Fault = (scene: Scene) => Promise<void>;

/** Each kind once and then again until `end` (of `performance.now()`), in an order that the seed gives. */
export async function runFaults(options: {
  cluster: Cluster;
  users: Users;
  random: Random;
  tally: Tally;
  end: number;
}): Promise<void> {
  const { users, random, tally, end } = options;
  for (let first = true; first || performance.now() < end; first = false)
    for (const kind of random.shuffled(Object.keys(faults) as (keyof typeof faults)[])) {
      if (!first && performance.now() > end) return;
      const beganAt = performance.now();
      await faults[kind]({ ...options, first });
      const brokenMs = performance.now() - beganAt;
      await users.untilRight();
      const mendedMs = performance.now() - beganAt - brokenMs;
      tally.faults.set(kind, [...(tally.faults.get(kind) ?? []), mendedMs]);
      const seconds = [brokenMs, mendedMs].map((ms) => (ms / 1_000).toFixed(1));
      console.log(
        `${kind}: ${seconds[0]} s, right again after ${seconds[1]} s, ${tally.counts.jobs} jobs so far`,
      );
      await delay(random.between(0, 1_000));
    }
}

const faults = {
  'kill -9 a worker': ({ cluster, random }) => random.of(cluster.workers).signal('SIGKILL'),
  'kill -9 a web process': ({ cluster, random }) => random.of(cluster.webs).signal('SIGKILL'),
  'kill -9 Postgres': async ({ cluster }) => void process.kill(await cluster.postmaster(), 'SIGKILL'),
  'listeners ended': ({ cluster }) => endBackends(cluster, 'octavo-listen'),
  'all connections to Postgres ended': ({ cluster }) => endBackends(cluster, 'octavo%'),
  'worker stopped (SIGSTOP)': (scene) => pause(scene.random.of(scene.cluster.workers), scene),
  'web process stopped (SIGSTOP)': (scene) => pause(scene.random.of(scene.cluster.webs), scene),
  async 'Postgres stopped (SIGSTOP)'(scene) {
    const family = await familyOf(await scene.cluster.postmaster());
    for (const pid of family) signal(pid, 'SIGSTOP');
    await delay(stopMs(scene));
    for (const pid of family) signal(pid, 'SIGCONT');
  },
  async 'clients cut off'({ cluster, random }) {
    const network = random.of(cluster.networks);
    network.cut();
    await delay(random.between(100, 3_000));
    network.heal();
  },
  async 'clients throttled'({ cluster, random }) {
    const network = random.of(cluster.networks);
    network.throttle(2_000);
    await delay(random.between(1_000, 6_000));
    network.heal();
  },
  async 'tokens expired'({ cluster, users }) {
    users.shortTokens(true);
    for (const network of cluster.networks) network.cut();
    for (const network of cluster.networks) network.heal();
    await delay(4_000);
    users.shortTokens(false);
  },
  async 'rolling restart'({ cluster }) {
    for (const service of [...cluster.webs, ...cluster.workers]) await service.restart();
  },
  // The flag that `full-disk.ts` looks for.
  async 'disk full'({ cluster, random }) {
    const flag = join(cluster.folder, 'disk-full');
    await writeFile(flag, '');
    await delay(random.between(500, 2_000));
    await rm(flag);
  },
} satisfies Record<string, Fault>;

/** At its worst longer than a lease: a worker's jobs are given to another, and it wakes up as a zombie. */
function stopMs({ first, random }: Scene): number {
  return first || random.below(8) === 0 ? 20_000 : random.between(1_000, 5_000);
}

async function pause(service: Service, scene: Scene) {
  await service.signal('SIGSTOP');
  await delay(stopMs(scene));
  await service.signal('SIGCONT');
}

async function endBackends({ sql }: Cluster, name: string) {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name like ${name} and pid <> pg_backend_pid()`;
}

/** A process and its children. */
async function familyOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return [parent, ...pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid ?? 0)];
}

function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch {
    // A backend that has ended meanwhile.
  }
}
