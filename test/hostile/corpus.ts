import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { memoryBudget } from '../../server/pdf/slot/memory.ts';
import { stepOf } from '../../server/pdf/registry.ts';
import { prescan } from '../../server/pdf/source/prescan.ts';
import { steps } from '../../server/pdf/registry.ts';
import { Client } from '../helpers/client.ts';
import type { Family } from '../helpers/hostile.ts';
import { type MemoryWatch, watchChildren } from '../helpers/memory.ts';
import { makePdf } from '../helpers/pdf.ts';
import { startServer } from '../helpers/server.ts';
import { bombs } from './bombs.ts';
import { cycles } from './cycles.ts';
import { isTyped } from './drive.ts';
import { encryption } from './encryption.ts';
import { type HostileJob, jobs, picture, pictureBytes } from './jobs.ts';
import { lies } from './lies.ts';
import { names } from './names.ts';
import { nesting } from './nesting.ts';
import { polyglots } from './polyglots.ts';
import { shapes } from './shapes.ts';
import { trees } from './trees.ts';
import { truncated } from './truncated.ts';

const MB = 2 ** 20;
const families: Readonly<Record<string, Family>> = {
  bombs,
  cycles,
  encryption,
  lies,
  names,
  nesting,
  polyglots,
  shapes,
  trees,
  truncated,
};

/** Each document takes its turn at two of the jobs; with `HOSTILE=all` each goes through all of them. */
const jobsFor = (index: number): readonly HostileJob[] =>
  process.env.HOSTILE === 'all' ? jobs : [jobs[index % jobs.length]!, jobs[(index + 3) % jobs.length]!];

/** With `HOSTILE=some` every seventh of each family is enough: over forty, in a minute. */
const isWanted = (index: number): boolean => process.env.HOSTILE !== 'some' || index % 7 === 0;

/** For each upload and each job, two attempts included. */
const mostMs = 30_000;
/** What a thumbnail may have beside the file, as in turn.ts, in bytes. */
const drawingBytes = 400e6;
/** By how much a slot may be above its budget before it is gone, in bytes. */
const overshoot = 100 * MB;
/** What an honest job of a few pages may take beside any of it, waiting for its turn included. */
const honestMs = 10_000;

test('the jobs that hostile documents are put through know every step', () => {
  const known = new Set(jobs.flatMap((job) => job.steps.map(({ name }) => name)));
  assert.deepEqual(
    steps.filter(({ name }) => !known.has(name)).map(({ name }) => name),
    [],
  );
});

for (const [title, family] of Object.entries(families)) {
  test(`hostile documents (${title}) are refused or done, with a type, in time and memory, beside honest jobs`, async (t) => {
    await using server = await startServer();
    const memory = watchChildren();
    const controller = new AbortController();
    const newGuest = async () =>
      new Client(server.url, (await server.services.tokens.guest(undefined, 'here')).token);
    const honest = workHonestly(await newGuest(), controller.signal);
    try {
      for (const [index, [name, make]] of Object.entries(family).entries())
        if (isWanted(index))
          await putThrough(await newGuest(), { name, bytes: make() }, jobsFor(index), memory);
    } finally {
      controller.abort();
      await memory.stop();
    }
    const durations = await honest;
    t.diagnostic(`${durations.length} honest jobs, the slowest took ${Math.max(...durations)} ms`);
    assert.ok(durations.length > 0);
    assert.ok(Math.max(...durations) < honestMs, `an honest job took ${Math.max(...durations)} ms`);
  });
}

/** Through the upload and, where it is let in, through jobs, one after the other. */
async function putThrough(
  client: Client,
  { name, bytes }: { name: string; bytes: Buffer },
  asked: readonly HostileJob[],
  memory: MemoryWatch,
): Promise<void> {
  const checkMemory = async (what: string, extra: number) => {
    const peak = await memory.peak();
    const most = memoryBudget(bytes.length, objectsOf(bytes), extra) + overshoot;
    assert.ok(peak <= most, `${what}: a slot had ${mega(peak)} MB of ${mega(most)}`);
  };
  await memory.peak();
  const response = await inTime(name, client.post(bytes));
  await checkMemory(name, 0);
  const body = (await response.json()) as { id: string; error?: { code: string } };
  if (response.status !== 201) {
    assert.ok(isTyped(body.error!.code), `${name} is refused with ${response.status} ${body.error!.code}`);
    return;
  }
  const drawn = await inTime(
    `${name}, thumbnail`,
    fetch(`${client.url}/files/${body.id}/thumbnail`, { headers: client.headers }),
  );
  await drawn.arrayBuffer();
  assert.ok([200, 404].includes(drawn.status), `${name}: the thumbnail answers ${drawn.status}`);
  await checkMemory(`${name}, thumbnail`, drawingBytes);
  const image = await client.upload(pictureBytes, 'picture.png');
  for (const { steps: calls, withAnother } of asked) {
    const inputs = withAnother ? [body.id, await client.upload(makePdf({ pages: 2 }))] : [body.id];
    const input = calls.map(({ name: step, options }) => ({
      [step]: options.image === picture ? { ...options, image } : options,
    }));
    const what = `${name}, ${JSON.stringify(input)}`;
    const { job, userErrors } = await client.createJob(inputs, input);
    for (const { code } of userErrors) assert.ok(isTyped(code), `${what}: ${code}`);
    if (!job) continue;
    const { state, error } = await inTime(what, client.finish(job.id));
    await checkMemory(what, Math.max(0, ...calls.map((call) => stepOf(call).transform?.memory ?? 0)));
    if (state === 'COMPLETED') continue;
    assert.equal(state, 'FAILED');
    assert.ok(isTyped(error!.code), `${what} fails with ${error!.code}`);
  }
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work;
  const ms = Math.round(performance.now() - start);
  assert.ok(ms <= mostMs, `${what} took ${ms} ms`);
  return result;
}

/** One honest job after the other, until aborted; what each took, in milliseconds. */
async function workHonestly(client: Client, signal: AbortSignal): Promise<number[]> {
  const file = await client.upload(makePdf({ pages: 5 }));
  const durations: number[] = [];
  while (!signal.aborted) {
    const start = performance.now();
    const job = await client.finish(await client.startJob([file], [{ rotate: { degrees: 90 } }]));
    assert.equal(job.state, 'COMPLETED');
    durations.push(Math.round(performance.now() - start));
    // Beside the hostile ones, not in their place; and within what one guest may ask for.
    await delay(1_000);
  }
  return durations;
}

/** As the prescan counts them; those that it refuses are never given more memory than a small file. */
function objectsOf(bytes: Buffer): number {
  try {
    return prescan(bytes).objects;
  } catch {
    return 0;
  }
}

function mega(bytes: number): number {
  return Math.round(bytes / MB);
}
