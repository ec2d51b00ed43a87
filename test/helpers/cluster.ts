import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { createTokens, type Tokens } from '../../server/auth/tokens.ts';
import { startEmbeddedPostgres } from '../../server/db/embedded/postgres.ts';
import { findFreePort } from '../../server/db/embedded/free-port.ts';
import { createLog } from '../../server/log.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { type Service, startService } from './service.ts';

/** Web and worker processes on one Postgres, and between the clients and each web process a network. */
export interface Cluster {
  webs: readonly Service[];
  workers: readonly Service[];
  webUrls: readonly string[];
  /** One before each web process, with a URL of its own. */
  networks: readonly Proxy[];
  /** `DATA_DIR` of all. */
  folder: string;
  databaseUrl: string;
  sql: Sql;
  tokens: Tokens;
  /** Postmaster, whose children are the backends. */
  postmaster(): Promise<number>;
  close(): Promise<void>;
}

/** @param options.workerEnv variables for the workers alone */
export async function startCluster(options: {
  webs: number;
  workers: number;
  env?: NodeJS.ProcessEnv;
  workerEnv?: NodeJS.ProcessEnv;
}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-cluster-'));
  await chmod(folder, 0o755);
  const database = await startEmbeddedPostgres({ dataDir: folder, log: createLog('silent') });
  const secret = 'a secret for clusters that nobody else has';
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    AUTH_SECRET: secret,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    ...options.env,
  };
  const webs: Service[] = [];
  const webUrls: string[] = [];
  const networks: Proxy[] = [];
  for (let i = 0; i < options.webs; i++) {
    const PORT = String(await findFreePort());
    const url = `http://127.0.0.1:${PORT}`;
    webs.push(await startService({ ...env, ROLE: 'web', PORT }));
    webUrls.push(url);
    networks.push(await startProxy(new URL(url)));
  }
  const workers = await Promise.all(
    Array.from({ length: options.workers }, () =>
      startService({ ...env, ROLE: 'worker', ...options.workerEnv }),
    ),
  );
  const sql = postgres(database.url, { max: 2, onnotice: () => {}, backoff: () => 0.1 });
  return {
    webs,
    workers,
    webUrls,
    networks,
    folder,
    databaseUrl: database.url,
    sql,
    tokens: createTokens({ secrets: [secret], issuer: 'octavo', audience: 'octavo' }),
    async postmaster() {
      const [pid] = (await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8')).split('\n');
      return Number(pid);
    },
    async close() {
      await Promise.all([...webs, ...workers].map((service) => service.close()));
      await sql.end({ timeout: 1 });
      for (const network of networks) await network[Symbol.asyncDispose]();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
