import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { parseId } from '../server/id.ts';
import { makePdf } from './helpers/pdf.ts';
import { scan, scannedPdf } from './helpers/printed.ts';
import { startRole } from './helpers/process.ts';
import { random } from './helpers/random.ts';
import { startServer, type TestServer } from './helpers/server.ts';

const seed = 20_261_125;
/** Of slots, for each step; `KILLS=20` for twenty of these, and three of workers, takes minutes. */
const killsOfSlots = Number(process.env.KILLS ?? 2);
const killsOfWorkers = Math.min(3, Math.ceil(killsOfSlots / 6));

const print = { columns: [['A page with some words, to be read', 'as often as a slot is killed at it.']] };

/** Steps that take long, each on documents that give a slot some hundred milliseconds of work. One line each. */
const heavy: readonly (readonly [name: string, inputs: readonly Buffer[], steps: readonly object[]])[] = [
  ['pageNumbers', [long(3_000)], [{ pageNumbers: { format: '{n} of {total}' } }]],
  ['merge', [long(800), long(400)], [{ merge: {} }, { stamp: { text: 'DRAFT' } }]],
  ['arrange', [long(800), long(400)], [{ arrange: { pages: '2:last-1>90 blank 1' } }, { pageNumbers: {} }]],
  ['metadata', [long(2_000)], [{ metadata: { strip: true, title: 'A title' } }]],
  ['split', [long(1_000)], [{ pages: { select: 'last-1' } }, { split: { every: 40 } }]],
  ['removeBlank', [sparse(150)], [{ removeBlank: {} }, { pageNumbers: {} }]],
  ['split at a text', [sparse(120)], [{ stamp: { text: 'DRAFT' } }, { split: { atText: 'part 1' } }]],
  ['optimize', [long(600)], [{ optimize: {} }]],
  ['extractText', [long(120)], [{ extractText: { format: 'JSON' } }]],
  ['ocr', [scannedPdf(await scan(Array.from({ length: 2 }, () => print)))], [{ ocr: {} }]],
  ['images', [long(16)], [{ rotate: { degrees: 90 } }, { images: { dpi: 36 } }]],
];

function long(pages: number): Buffer {
  return makePdf({
    pages,
    objectStreams: true,
    links: (n) => [(n % pages) + 1],
    outline: [{ title: 'End', to: pages }],
  });
}

/** Every seventh page is blank. */
function sparse(pages: number): Buffer {
  return makePdf({ pages, text: (n) => (n % 7 === 0 ? '' : `Part ${n % 10} of it`) });
}

for (const [name, inputs, steps] of heavy) {
  test(`${name}: slots killed at random moments change not a byte, and no stored range is done again`, async (t) => {
    await using server = await startServer({ env: { WORKER_CONCURRENCY: '1' } });
    const job = await startHeavyJob(server, inputs, steps);
    const { hashes } = await job.finish();
    // Warm, as most are: the moments are within its work then.
    await job.again();
    const { hashes: again, ms } = await job.finish();
    assert.deepEqual(again, hashes);
    const chance = random(seed);
    let disturbed = 0;
    // Where it falls between two calls of the slot nobody notices.
    for (let kill = 0; disturbed < killsOfSlots && kill < 4 * killsOfSlots; kill += 1) {
      await job.again();
      const moment = chance.below(ms);
      await delay(moment);
      for (const pid of await slotsOf(server)) process.kill(pid, 'SIGKILL');
      const { hashes: now, attempts } = await job.finish();
      assert.deepEqual(now, hashes, `killed after ${moment} ms of ${ms}, seed ${seed}`);
      assert.deepEqual(await job.doneTwice(), [], `killed after ${moment} ms of ${ms}, seed ${seed}`);
      if (attempts > 1) disturbed += 1;
    }
    t.diagnostic(`seed ${seed}, ${ms} ms undisturbed, ${disturbed} kills met the job`);
    assert.equal(disturbed, killsOfSlots);
  });
}

test('workers killed at random moments change not a byte, and no stored range is done again', async (t) => {
  await using server = await startServer({ worker: false });
  const start = () => startRole({ ...server.env, ROLE: 'worker', WORKER_CONCURRENCY: '1' });
  const [, inputs, steps] = heavy[0]!;
  let worker = await start();
  t.after(() => worker.stop('SIGKILL'));
  const job = await startHeavyJob(server, inputs, steps);
  const { hashes, ms } = await job.finish();
  const chance = random(seed);
  t.diagnostic(`seed ${seed}, ${ms} ms undisturbed`);
  for (let kill = 0; kill < killsOfWorkers; kill += 1) {
    await job.again();
    const moment = chance.below(ms);
    await delay(moment);
    await worker.stop('SIGKILL');
    // As if the time of its lease had passed.
    await server.services.database.db.execute(
      sql`update jobs set lease_until = now() where lease_until is not null`,
    );
    worker = await start();
    assert.deepEqual((await job.finish()).hashes, hashes, `killed after ${moment} ms of ${ms}`);
    assert.deepEqual(await job.doneTwice(), [], `killed after ${moment} ms of ${ms}`);
  }
});

interface HeavyJob {
  /** Waits for the end; what the results hash to, how long it took, and in how many attempts. */
  finish(): Promise<{ hashes: string[]; ms: number; attempts: number }>;
  /** Queues the same job, by the same id and date, as if it had never run. */
  again(): Promise<void>;
  /** Ranges that were worked out and stored more than once since it was queued. */
  doneTwice(): Promise<unknown[]>;
}

async function startHeavyJob(
  server: TestServer,
  inputs: readonly Buffer[],
  steps: readonly object[],
): Promise<HeavyJob> {
  const { db } = server.services.database;
  const { queue } = server.services;
  // A range that is stored already is not stored again: only a trigger sees the attempt to.
  await db.execute(sql`create table stored (pass int, range int)`);
  await db.execute(sql`
    create function note_stored() returns trigger language plpgsql as
    $$ begin insert into stored values (new.pass, new.range); return new; end $$`);
  await db.execute(
    sql`create trigger note before insert on range_results for each row execute function note_stored()`,
  );
  const client = await server.guest();
  const files: string[] = [];
  for (const [index, bytes] of inputs.entries()) files.push(await client.upload(bytes, `${index}.pdf`));
  let startedAt = performance.now();
  const publicId = await client.startJob(files, [...steps]);
  const id = parseId('job', publicId)!;
  let before = 0;
  return {
    async finish() {
      const { state, outputs, attempt } = await client.finish(publicId);
      assert.equal(state, 'COMPLETED');
      const attempts = attempt - before;
      before = attempt;
      return {
        hashes: outputs.map(({ sha256 }) => sha256),
        ms: Math.round(performance.now() - startedAt),
        attempts,
      };
    },
    async again() {
      await db.transaction(async (tx) => {
        await tx.execute(sql`delete from stored`);
        await tx.execute(sql`delete from range_results where job_id = ${id}`);
        await tx.execute(sql`delete from job_files where job_id = ${id} and role = 'output'`);
        await tx.execute(sql`
          update jobs set state = 'QUEUED', stage = 'QUEUED', percent = 0, pass = 0, ranges = '', failures = 0,
            finished_at = null, expires_at = null, report = null, rev = rev + 1
          where id = ${id}`);
        await queue.ring(tx, id);
      });
      startedAt = performance.now();
    },
    doneTwice: async () => [
      ...(await db.execute(sql`select pass, range from stored group by pass, range having count(*) > 1`)),
    ],
  };
}

/** The children that work on jobs: each has its folder for an argument. */
async function slotsOf(server: TestServer): Promise<number[]> {
  const found: number[] = [];
  const slots = join(String(server.env.DATA_DIR), 'slots');
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.split('\0').some((argument) => argument.startsWith(join(slots, 'slot-'))))
      found.push(Number(pid));
  }
  return found;
}
