import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../server/db/embedded/postgres.ts';
import { migrate } from '../server/db/migrate.ts';
import { buildPageIfStale } from '../server/http/build-page.ts';
import { createLog } from '../server/log.ts';

/**
 * Runs once before all test files: the page as it is now, one Postgres for all, and a migrated template that each file's databases are cloned
 * from. A rolled-back transaction would not do: it never sends a NOTIFY.
 */
let folder: string;
let database: Awaited<ReturnType<typeof startEmbeddedPostgres>>;

export async function globalSetup() {
  await buildPageIfStale(() => {});
  folder = await mkdtemp(join(tmpdir(), 'octavo-test-'));
  await chmod(folder, 0o755);
  database = await startEmbeddedPostgres({ dataDir: folder, log: createLog('warn') });
  const admin = postgres(database.url, { max: 1, onnotice: () => {} });
  // Nobody pulls its plug; those that are killed in tests are others, with all their durability.
  await admin`alter system set fsync = off`;
  await admin`alter system set full_page_writes = off`;
  await admin`select pg_reload_conf()`;
  await admin`create database octavo_template`;
  const template = new URL(database.url);
  template.pathname = '/octavo_template';
  await migrate(template.href);
  const boss = new PgBoss({ connectionString: template.href, supervise: false, schedule: false });
  await boss.start();
  await boss.stop({ graceful: false });
  await admin.end();
  // The runner's children, one for each test file, inherit it.
  process.env.TEST_DATABASE_URL = database.url;
}

export async function globalTeardown() {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}
