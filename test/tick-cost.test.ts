import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseId } from '../server/id.ts';
import { createAttempts } from '../server/jobs/attempt.ts';
import { createProgressWriters } from '../server/jobs/progress.ts';
import { transports } from './helpers/client.ts';
import { makePdf } from './helpers/pdf.ts';
import { startServer, type TestServer } from './helpers/server.ts';
import { until } from './helpers/wait.ts';

const inputs = 300;
const ticks = 20;

/** As the page asks. */
const page = `seq progress { percent stage current total message rangeMarks eta updatedAt } queuePosition
  milestone { id name state inputs { id name pages bytes thumbnail } outputs { id } } events { seq type message }`;

/** As a client asks that knows nothing of ticks. */
const plain = 'seq job { id progress { percent } inputs { id name } archive } events { seq }';

interface Payload {
  jobProgress: { seq: number; milestone?: { inputs: unknown[] } | null; job?: { inputs: unknown[] } };
}

for (const transport of transports)
  test(`a tick costs what it changes over ${transport}, however many inputs and ranges the job has`, async (t) => {
    await using server = await startServer({ worker: false });
    const client = await server.guest();
    const file = await client.upload(makePdf({ pages: 1 }));
    const id = await client.startJob(Array(inputs).fill(file), [{ rotate: { degrees: 90 } }]);
    await using job = await begin(server, id);
    const seen = { page: [] as Payload[], plain: [] as Payload[] };
    const ask = async (fields: string, into: Payload[]) => {
      const query = `subscription ($id: ID!) { jobProgress(id: $id) { ${fields} } }`;
      for await (const { data, errors } of client.subscribe<Payload>(transport, query, { id })) {
        assert.equal(errors, undefined, JSON.stringify(errors));
        into.push(data!);
      }
    };
    const streams = Promise.all([ask(page, seen.page), ask(plain, seen.plain)]);
    // Where the test fails first, that is what is told.
    streams.catch(() => {});
    await until('both have the job', () => seen.page.length > 0 && seen.plain.length > 0);

    const reads = countReads(server);
    for (let n = 1; n <= ticks; n += 1) {
      const told = seen.page.length;
      job.tick(n);
      await until('the tick is told', () => seen.page.length > told && seen.plain.length >= n);
    }
    t.diagnostic(`statements for ${ticks} ticks: ${JSON.stringify(reads)}`);
    assert.deepEqual(reads, {}, 'a tick reads nothing');

    const [first, ...rest] = seen.page.map(({ jobProgress }) => jobProgress);
    assert.equal(first?.milestone?.inputs.length, inputs);
    assert.ok(rest.length >= ticks);
    for (const payload of rest) {
      assert.equal(payload.milestone, null);
      const { length } = JSON.stringify(payload);
      assert.ok(length < 500, `${length} bytes`);
    }
    for (const { jobProgress } of seen.plain) assert.equal(jobProgress.job?.inputs.length, inputs);

    job.milestone();
    await until(
      'a milestone is told',
      () => seen.page.at(-1)?.jobProgress.milestone?.inputs.length === inputs,
    );
    await client.data('mutation ($id: ID!) { deleteJob(input: { id: $id }) { deletedId } }', { id });
    await job.end();
    await streams;
  });

/** Has the job run without a worker. */
async function begin({ services }: TestServer, id: string) {
  const attempts = createAttempts(services.database.db, services.queue, 24);
  const writers = createProgressWriters(services.database.db, attempts, services.log);
  const row = await attempts.claim(() => {});
  assert.ok(row);
  assert.equal(row.id, parseId('job', id));
  const writer = writers.open(row, () => {});
  const at = { stage: 'PROCESSING', total: 300, eta: null, pass: 0, ranges: 'drr'.padEnd(200, '.') } as const;
  return {
    tick: (n: number) => writer.tick({ ...at, percent: n, current: n }),
    milestone: () =>
      writer.milestone({ ...at, percent: 50, current: 50 }, { type: 'WARNING', message: 'Told' }),
    end: () => attempts.acknowledgeCancel(row, 'Stopped'),
    async [Symbol.asyncDispose]() {
      writers.close();
    },
  };
}

/** What the web process asks the database of jobs and files from now on. */
function countReads({ services }: TestServer): Record<string, number> {
  const counts: Record<string, number> = {};
  const read = services.read as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const [name, ask] of Object.entries(read))
    read[name] = (...args) => {
      counts[name] = (counts[name] ?? 0) + 1;
      return ask(...args);
    };
  return counts;
}
