import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { createTokens } from '../server/auth/tokens.ts';
import { newId, publicId } from '../server/id.ts';
import { layout } from '../server/jobs/ranges.ts';
import { Client } from './helpers/client.ts';
import { createDatabase } from './helpers/database.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

const migrations = fileURLToPath(new URL('../drizzle', import.meta.url));

/** The tables as version 0.1 left them, `drizzle/0000` to `0003`, with what it had written. */
async function makeOlder() {
  const database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'octavo-'));
  await chmod(folder, 0o755);
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql`drop schema if exists pgboss cascade`;
  await sql`drop schema drizzle cascade`;
  await sql`drop schema public cascade`;
  await sql`create schema public`;

  const older = join(folder, 'drizzle');
  await cp(migrations, older, { recursive: true });
  const path = join(older, 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(path, 'utf8')) as { entries: { idx: number }[] };
  const entries = journal.entries.filter(({ idx }) => idx <= 3);
  await writeFile(path, JSON.stringify({ ...journal, entries }));
  // Its own: drizzle changes how a connection writes JSON.
  const migrating = postgres(database.url, { max: 1, onnotice: () => {} });
  await migrate(drizzle(migrating), { migrationsFolder: older });
  await migrating.end();

  const owner = { issuer: 'octavo', subject: 'alice' };
  return {
    url: database.url,
    folder,
    sql,
    async file(key: string, bytes: Buffer): Promise<string> {
      const target = join(folder, 'files', key);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
      const id = newId();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await sql`insert into files ${sql({
        ...owner,
        id,
        name: 'report.pdf',
        bytes: bytes.length,
        media_type: 'application/pdf',
        sha256,
        pages: 3,
        storage_key: key,
      })}`;
      return id;
    },
    async job(files: { input: string; output?: string }, more: object): Promise<string> {
      const id = newId();
      const steps = sql.json([{ name: 'rotate', options: { degrees: 90 } }]);
      await sql`insert into jobs ${sql({ ...owner, id, name: 'report', steps, message_id: newId(), ...more })}`;
      await sql`insert into job_events ${sql({ job_id: id, seq: 1, type: 'CREATED', message: 'Created and queued' })}`;
      for (const [role, file] of Object.entries(files))
        await sql`insert into job_files ${sql({ job_id: id, role, position: 0, file_id: file })}`;
      return id;
    },
    async [Symbol.asyncDispose]() {
      await sql.end();
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test('what version 0.1 has stored is read and downloaded, and its jobs run to their ends', async () => {
  await using older = await makeOlder();
  const pdf = makePdf({ pages: 3 });
  const input = await older.file('uploads/a', pdf);
  const output = await older.file('jobs/b/1/0', pdf);
  const ended = { state: 'COMPLETED', stage: 'DONE', percent: 100, finished_at: new Date(), attempt: 1 };
  const finished = await older.job({ input, output }, ended);
  // Its worker was killed, and had kept what came of the one range as patches.
  const running = { state: 'RUNNING', stage: 'PROCESSING', percent: 40, attempt: 1, ranges: 'd' };
  const lost = await older.job({ input }, { ...running, lease_until: new Date(0) });
  const result = older.sql.json({ first: 0, last: 3, patches: [], file: false });
  await older.sql`insert into range_results ${older.sql({ job_id: lost, pass: 0, range: 0, result })}`;
  const queued = await older.job({ input }, {});
  await older.sql`update jobs set updated_at = now() - interval '1 minute'`;

  await using server = await startServer({ env: { DATABASE_URL: older.url, DATA_DIR: older.folder } });
  const tokens = createTokens({ secrets: [server.env.AUTH_SECRET!], issuer: 'octavo', audience: 'octavo' });
  const client = new Client(server.url, (await tokens.sign({ subject: 'alice' }, 60)).token);
  const known = await client.job(publicId('job', finished));
  assert.deepEqual(await client.download(known!.outputs[0]!), pdf);
  for (const [id, attempts] of [
    [lost, 2],
    [queued, 1],
  ] as const) {
    const { state, attempt, outputs, error } = await client.finish(publicId('job', id));
    assert.deepEqual([state, attempt, error], ['COMPLETED', attempts, null]);
    assert.equal((await client.download(outputs[0]!)).subarray(0, 5).toString(), '%PDF-');
    assert.equal(outputs[0]?.name, 'report.pdf');
  }
  const { jobs } = await client.data<{
    jobs: { edges: { node: { id: string; label: null; outputName: null } }[] };
  }>('{ jobs(filter: { text: "report" }) { edges { node { id label outputName } } } }');
  assert.deepEqual(
    jobs.edges.map(({ node }) => node).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    [finished, lost, queued].map((id) => ({ id: publicId('job', id), label: null, outputName: null })),
  );
  const { retryJob } = await client.data<{ retryJob: { job: { id: string } } }>(
    'mutation ($id: ID!) { retryJob(input: { id: $id }) { job { id } } }',
    { id: publicId('job', finished) },
  );
  assert.equal((await client.finish(retryJob.job.id)).outputs[0]?.name, 'report.pdf');
});

test('a worker of an older version is told which job to claim', async () => {
  await using server = await startServer({ worker: false });
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 1 }))],
    [{ rotate: { degrees: 90 } }],
  );
  const messages = await server.services.database
    .sql`select data->>'jobId' as job from pgboss.job where name = 'jobs'`;
  assert.deepEqual(
    messages.map(({ job }) => publicId('job', job as string)),
    [id],
  );
});

test('an older version finds no page range that is stored as it cannot read it', async () => {
  // A range that took no time is not stored.
  await using server = await startServer({ slotEntry: new URL('fixtures/slow-range.ts', import.meta.url) });
  const { db } = server.services.database;
  await db.execute(`create table stored (pass int)`);
  await db.execute(`create function note_stored() returns trigger language plpgsql as
    $$ begin insert into stored values (new.pass); return new; end $$`);
  await db.execute(
    `create trigger note before insert on range_results for each row execute function note_stored()`,
  );
  const client = await server.guest();
  const id = await client.startJob(
    [await client.upload(makePdf({ pages: 3 }))],
    [{ rotate: { degrees: 90 } }, { extractText: {} }],
  );
  assert.equal((await client.finish(id)).state, 'COMPLETED');
  // It asks for pass 0 and 1.
  assert.deepEqual(
    [...(await db.execute(`select distinct pass from stored order by pass`))],
    [{ pass: layout }, { pass: layout + 1 }],
  );
});
