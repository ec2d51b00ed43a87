import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import { startHttp } from '../../server/http/server.ts';
import { createLog } from '../../server/log.ts';
import { createServices, type Services } from '../../server/services.ts';
import { startWorker, type Worker } from '../../server/worker.ts';
import { Client } from './client.ts';
import { createDatabase } from './database.ts';

export interface TestServer extends AsyncDisposable {
  url: string;
  env: NodeJS.ProcessEnv;
  services: Services;
  worker: Worker | undefined;
  /** A new guest of this server. */
  guest(): Promise<Client>;
}

/** Web and worker in this process, on a database and a folder of their own. `env`: variables as an operator sets them. */
export async function startServer(
  options: {
    env?: Record<string, string>;
    worker?: boolean;
    slotEntry?: URL;
    intakeEntry?: URL;
    stallMs?: number;
    idleMs?: number;
  } = {},
): Promise<TestServer> {
  const database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'octavo-'));
  await chmod(folder, 0o755);
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    AUTH_SECRET: 'a secret for tests that nobody else has',
    PORT: '0',
    WORKER_CONCURRENCY: '2',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
    ...options.env,
  };
  const config = readConfig(env);
  const services = await createServices(
    config,
    createLog(config.LOG_LEVEL),
    env.DATABASE_URL,
    options.intakeEntry,
  );
  const worker = options.worker === false ? undefined : await startWorker(services, options.slotEntry);
  const http = await startHttp(services, options);
  return {
    url: http.url,
    env,
    services,
    worker,
    guest: () => Client.guest(http.url),
    async [Symbol.asyncDispose]() {
      await http.close();
      await worker?.close();
      await services.close();
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
