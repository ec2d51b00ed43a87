import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { AppError } from '../../server/errors.ts';
import type { RawStep } from '../../server/pdf/parse-steps.ts';
import { stepOf } from '../../server/pdf/registry.ts';
import { createSlots, type Slot, type SlotPass } from '../../server/pdf/slot/slots.ts';
import { makePdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { type Outcome, outcomeOf, runJob } from './drive.ts';
import { jobs, picture, pictureBytes } from './jobs.ts';
import { mutate } from './mutate.ts';
import { seeds } from './seeds.ts';

export interface Report {
  /** How many of each, uploads and jobs. */
  outcomes: Map<string, number>;
  slowest: { ms: number; mutation: number };
  /** What a user cannot be told; each with the number of its mutation. */
  untyped: { mutation: number; outcome: string }[];
}

/**
 * Damages honest documents by chance, puts each through an upload and a job, and what came of that through an upload
 * again: a result must be readable.
 * @param only the one mutation to look at; its bytes are then written to `fuzz.pdf` in the working directory
 */
export async function fuzz(seed: number, count: number, only?: number): Promise<Report> {
  const home = await mkdtemp(join(tmpdir(), 'octavo-fuzz-'));
  const slots = createSlots({
    size: 2,
    dir: join(home, 'slots'),
    maxPages: 20_000,
    log: pino({ level: 'silent' }),
  });
  const documents = await seeds();
  await writeFile(join(home, 'honest.pdf'), makePdf({ pages: 2 }));
  const assets = [{ id: picture, path: join(home, 'picture.png') }];
  await writeFile(assets[0]!.path, pictureBytes);
  const report: Report = { outcomes: new Map(), slowest: { ms: 0, mutation: 0 }, untyped: [] };

  const note = (mutation: number, outcome: Outcome): void => {
    const code = outcome.split(' ', 1)[0]!;
    report.outcomes.set(code, (report.outcomes.get(code) ?? 0) + 1);
    if (code === 'UNTYPED') report.untyped.push({ mutation, outcome });
  };
  const { signal } = new AbortController();
  const inSlot = (work: (slot: Slot) => Promise<unknown>): Promise<Outcome> =>
    slots.use(signal, (slot) => outcomeOf(() => work(slot)));

  async function tryOne(mutation: number): Promise<void> {
    const chance = random(seed * 1_000_003 + mutation);
    const bytes = mutate(chance.of(documents), chance);
    const job = chance.of(jobs);
    const path = join(home, `${mutation}.pdf`);
    await writeFile(path, bytes);
    if (only !== undefined) await writeFile('fuzz.pdf', bytes);
    const start = performance.now();
    const uploaded = await inSlot((slot) => slot.inspect(path));
    note(mutation, uploaded);
    if (uploaded === 'OK') {
      const sources = [{ name: 'a.pdf', path }];
      if (job.withAnother) sources.push({ name: 'b.pdf', path: join(home, 'honest.pdf') });
      note(mutation, await inSlot((slot) => runAndRead(slot, { sources, assets }, job.steps)));
    }
    const ms = Math.round(performance.now() - start);
    if (ms > report.slowest.ms) report.slowest = { ms, mutation };
    await rm(path);
  }

  const mutations = only === undefined ? Array.from({ length: count }, (_, mutation) => mutation) : [only];
  const worker = async (): Promise<void> => {
    for (let next = mutations.shift(); next !== undefined; next = mutations.shift()) await tryOne(next);
  };
  try {
    await Promise.all([worker(), worker()]);
  } finally {
    await slots.close();
    await rm(home, { recursive: true, force: true });
  }
  return report;
}

/**
 * @throws Error where the first result is a PDF that would not be let in, or one that was let in is said to be broken
 * by steps that read no more of it
 */
async function runAndRead(
  slot: Slot,
  files: Pick<SlotPass, 'sources' | 'assets'>,
  steps: readonly RawStep[],
): Promise<void> {
  const { documents } = await runJob(slot, files, steps).catch((error: unknown) => {
    const readsContent = steps.some((call) => stepOf(call).transform);
    if (!(error instanceof AppError) || error.code !== 'BROKEN_PDF' || readsContent) throw error;
    throw new Error('let in, and then said to be broken', { cause: error });
  });
  const [result] = documents;
  if (result?.mediaType !== 'application/pdf') return;
  const outcome = await outcomeOf(() => slot.inspect(result.path));
  if (outcome !== 'OK') throw new Error(`the result is not readable: ${outcome}`);
}
