import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../../../server/db/embedded/postgres.ts';
import { findFreePort } from '../../../server/db/embedded/free-port.ts';
import { createLog } from '../../../server/log.ts';
import { makePdf } from '../../helpers/pdf.ts';
import { until } from '../../helpers/wait.ts';

/** What people build: one web and two worker processes with BullMQ, Redis, Socket.IO, and the same Postgres. */
export interface HomeMade {
  /** @param args as `home-made/driver.mjs` takes them */
  drive<T>(...args: (string | number)[]): Promise<T>;
  close(): Promise<void>;
}

const folder = join(import.meta.dirname, 'home-made');

/** @throws Error that says what is missing */
export async function startHomeMade(): Promise<HomeMade> {
  try {
    createRequire(join(folder, 'server.mjs')).resolve('bullmq');
  } catch (cause) {
    throw new Error('Left out: what people build. First: npm ci --prefix test/bench/peers', { cause });
  }
  const home = await mkdtemp(join(tmpdir(), 'octavo-home-made-'));
  const redisPort = await findFreePort();
  const started: ChildProcess[] = [];
  const redis = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--dir', home]);
  redis.on('error', () => {});
  await until('Redis answers, which must be installed', () => answers(redisPort));
  started.push(redis);
  const database = await startEmbeddedPostgres({ dataDir: home, log: createLog('silent') });
  await writeFile(join(home, 'in.pdf'), makePdf({ pages: 1 }));
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    REDIS_PORT: String(redisPort),
    PORT: String(await findFreePort()),
    FOLDER: home,
  };
  for (const name of ['server', 'worker', 'worker']) {
    const child = spawn(process.execPath, [join(folder, `${name}.mjs`)], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    await once(child.stdout, 'data');
  }
  return {
    async drive<T>(...args: (string | number)[]) {
      const command = [join(folder, 'driver.mjs'), ...args.map(String)];
      const { stdout } = await promisify(execFile)(process.execPath, command, { env, maxBuffer: 2 ** 26 });
      return JSON.parse(stdout) as T;
    },
    async close() {
      for (const child of started.toReversed()) child.kill();
      await database.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
