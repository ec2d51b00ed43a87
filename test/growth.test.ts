import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { connect, type Db } from '../server/db/client.ts';
import { AppError } from '../server/errors.ts';
import { findUnknown } from '../server/files/known-keys.ts';
import { createAttempts } from '../server/jobs/attempt.ts';
import { createJob } from '../server/jobs/create.ts';
import type { Progress } from '../server/jobs/write.ts';
import { createJobReader } from '../server/jobs/read.ts';
import { createRetention } from '../server/jobs/retention.ts';
import { sweep } from '../server/jobs/sweep.ts';
import type { Services } from '../server/services.ts';
import { fill } from './helpers/fill.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

/** What is done again and again, for one owner or for all. */
type Works = Record<string, (db: Db) => Promise<unknown>>;

/**
 * Blocks of tables and indexes that each of the works touches: no load of the machine changes that, and whoever reads the
 * rows of others touches many.
 */
async function costs(url: string, works: Works): Promise<Record<string, number>> {
  await using stack = new AsyncDisposableStack();
  // The counters are of a connection.
  const { db, close } = connect(url, 1);
  stack.defer(close);
  const blocks: Record<string, number> = {};
  for (const [name, work] of Object.entries(works)) {
    // What is due is done then, and what can be known once is known.
    await work(db);
    await db.transaction(async (tx) => {
      const inside = tx as unknown as Db;
      const before = await touched(inside);
      await work(inside);
      blocks[name] = (await touched(inside)) - before;
    });
  }
  return blocks;
}

async function touched(db: Db): Promise<number> {
  const [row] = await db.execute<{ blocks: number }>(sql`
    select sum(pg_stat_get_xact_blocks_fetched(oid))::int as blocks
    from pg_class where relnamespace in ('public'::regnamespace, 'pgboss'::regnamespace)`);
  return row?.blocks ?? 0;
}

/** A walk is what an owner's own history makes dearer. */
function worksOf(
  { storage, queue, database, log }: Services,
  subject: string,
): { works: Works; walks: Works } {
  const owner = { issuer: 'octavo', subject };
  const page = { limit: 25, fromEnd: false };
  const read = createJobReader;
  const retention = (db: Db) => createRetention(db, storage, 24, log);
  const idsOf = async (db: Db) => (await read(db).list(owner, {}, page)).jobs.map(({ id }) => id);
  let ids: Promise<string[]>;
  const pageIds = () => (ids ??= idsOf(database.db));
  return {
    works: {
      list: idsOf,
      'page on': async (db) => {
        const after = `2999-01-01T00:00:00Z,${(await pageIds()).at(-1)}`;
        await read(db).list(owner, {}, { ...page, after });
      },
      'list by state': (db) => read(db).list(owner, { states: ['FAILED'] }, page),
      'find at once': (db) => read(db).list(owner, { text: 'REPORT' }, page),
      inputs: async (db) => read(db).files(await pageIds(), 'input'),
      outputs: async (db) => read(db).files(await pageIds(), 'output'),
      snapshots: async (db) => read(db).snapshots((await pageIds()).map((id) => ({ id, after: 0 }))),
      changed: (db) => read(db).changed([owner], 75),
      unfinished: (db) => read(db).newestUnfinished(owner, 100),
      places: async (db) => read(db).places(await pageIds()),
      'a whole job': async (db) => {
        const [[file] = []] = await read(db).files(await pageIds(), 'input');
        const limits = { maxPages: 100, maxJobPages: 100, maxUnfinishedJobs: 10 };
        const steps = [{ name: 'rotate', options: { degrees: 90 } }];
        await createJob(db, queue, limits, owner, { fileIds: [file?.id], steps });
        const attempts = createAttempts(db, queue, 24);
        const job = await attempts.claim(() => {});
        assert.ok(job && (await attempts.fail(job, new AppError('BROKEN_PDF', 'It is broken.'))));
      },
      sweep: (db) => sweep(db, queue, createAttempts(db, queue, 24), log),
      'make room': (db) => createAttempts(db, queue, 24).whoMakesRoom(),
      purge: (db) => retention(db).purge(),
      expire: (db) => retention(db).expire(),
      'known keys': (db) =>
        findUnknown(
          db,
          [...Array(20).keys()].map((n) => `uploads/${n}`),
        ),
    },
    walks: {
      count: (db) => read(db).count(owner, {}),
      'count by state': (db) => read(db).count(owner, { states: ['FAILED'] }),
      'find nothing': (db) => read(db).list(owner, { text: 'nowhere' }, page),
      'count what is found': (db) => read(db).count(owner, { text: 'REPORT' }),
    },
  };
}

/** Trees grow higher, rows lie farther apart. */
function assertAlike(few: Record<string, number>, many: Record<string, number>) {
  for (const [name, blocks] of Object.entries(many))
    assert.ok(blocks < 1.5 * few[name]! + 60, `${name}: ${few[name]} blocks, then ${blocks}`);
}

test('nothing costs more for the jobs of others, and only walks for those that one has had', async () => {
  await using server = await startServer({ worker: false });
  const { services, env } = server;
  const url = env.DATABASE_URL!;

  await fill(services.database.sql, [{ subject: 'alone', jobs: 1_000 }]);
  const alone = worksOf(services, 'alone');
  const few = await costs(url, { ...alone.works, ...alone.walks });

  const others = Array.from({ length: 100 }, (_, i) => ({ subject: `other-${i}`, jobs: 50 }));
  await fill(services.database.sql, [
    ...others,
    { subject: 'crowded', jobs: 1_000 },
    { subject: 'busy', jobs: 6_000 },
  ]);
  // What is left of their messages for an hour.
  await services.database.sql`
    insert into pgboss.job (name, state, completed_on) select 'jobs', 'completed', now() from generate_series(1, 10000)`;
  await services.database.sql`vacuum analyze`;
  const crowded = worksOf(services, 'crowded');
  const many = await costs(url, { ...crowded.works, ...crowded.walks });
  const long = await costs(url, worksOf(services, 'busy').works);
  assertAlike(few, many);
  assertAlike(few, long);
});

test('what a worker tells of a running job is written to no index', async () => {
  await using server = await startServer({ worker: false });
  const { database, queue } = server.services;
  const client = await server.guest();
  await client.startJob([await client.upload(makePdf({ pages: 1 }))], [{ rotate: { degrees: 90 } }]);
  await database.db.transaction(async (tx) => {
    const attempts = createAttempts(tx, queue, 24);
    const job = await attempts.claim(() => {});
    const writes = async () => {
      const [row] = await tx.execute<{ all: number; hot: number }>(sql`
        select pg_stat_get_xact_tuples_updated('jobs'::regclass)::int as all,
          pg_stat_get_xact_tuples_hot_updated('jobs'::regclass)::int as hot`);
      return row!;
    };
    const before = await writes();
    const progress: Progress = {
      percent: 1,
      stage: 'PROCESSING',
      current: 1,
      total: 9,
      eta: null,
      pass: 0,
      ranges: '',
    };
    for (let current = 1; current <= 3; current++)
      await attempts.proceed(job!, { ...progress, current }, [{ type: 'STAGE', message: 'Processing' }]);
    const after = await writes();
    assert.deepEqual([after.all - before.all, after.hot - before.hot], [3, 3]);
  });
});
