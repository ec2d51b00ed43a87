import { type FileRow, type files, type JobRow } from '../db/tables.ts';
import { newId } from '../id.ts';
import type { Storage } from '../files/storage.ts';
import { cutRanges } from '../pdf/cut-ranges.ts';
import type { RangeResult, Report } from '../pdf/session.ts';
import type { Slot } from '../pdf/slot/slots.ts';
import { steps } from '../pdf/steps.ts';
import type { Attempts } from './attempt.ts';
import { createMeter } from './meter.ts';
import type { Progress, ProgressWriter } from './progress.ts';
import type { JobReader } from './read.ts';
import type { Milestone } from './write.ts';

export type NewFile = typeof files.$inferInsert;

/** What an attempt works with. `store` notes a key before anything is written there, so that a failure leaves nothing. */
export interface Workshop {
  slot: Slot;
  attempts: Attempts;
  read: JobReader;
  storage: Storage;
  progress: ProgressWriter;
  storedKeys: string[];
  /** The run has lost its job: throws, with the reason. */
  lost: () => never;
}

/**
 * The work of one attempt, stage by stage: open the inputs, cut the pages into ranges, do those that no earlier attempt
 * has stored, write the documents, store them. Returns the rows of the results, which are not visible yet.
 */
export async function perform(job: JobRow, inputs: readonly FileRow[], shop: Workshop): Promise<NewFile[]> {
  const { slot, attempts, storage, progress } = shop;
  const meter = createMeter(job.percent);
  const at: Progress = {
    percent: meter.percent,
    stage: 'ANALYZING',
    current: null,
    total: null,
    ranges: job.ranges,
  };
  const tick = (change: Partial<Progress>) =>
    progress.tick(Object.assign(at, change, { percent: meter.percent }));
  const milestone = async (change: Partial<Progress>, ...milestones: Milestone[]) => {
    Object.assign(at, change, { percent: meter.percent });
    if (!(await progress.milestone({ ...at }, ...milestones))) shop.lost();
  };
  /** Forwards the slot's reports as the fraction of the present phase, and as pages where they are pages. */
  const follow =
    (change: (done: number) => Partial<Progress>): Report =>
    ({ done, total }) => {
      meter.done(total > 0 ? done / total : 0);
      tick(change(done));
    };

  // Until the documents are open nobody knows what the rest will take; their size is a fair guess of the share.
  meter.phase(1, 3);
  const opened = await slot.open(
    {
      sources: inputs.map((file) => ({ name: file.name, path: storage.path(file.storageKey) })),
      calls: job.steps,
      fixed: { date: job.createdAt, id: job.id },
    },
    follow(() => ({})),
  );

  const { cost, pages } = opened;
  const ranges = cutRanges(pages, cost.perPage);
  const stored = await attempts.storedRanges(job.id);
  const states = ranges.map((_, i) => stateAtStart(job.ranges[i], stored.has(i)));
  const pagesDone = () =>
    ranges.reduce((sum, [first, last], i) => sum + (isDone(states[i]) ? last - first : 0), 0);
  const totalBytes = inputs.reduce((sum, file) => sum + file.bytes, 0);
  const storeCost = 10 + totalBytes / bytesStoredPerMs;
  const workLeft = (pages - pagesDone()) * cost.perPage;
  meter.phase(workLeft, cost.write + storeCost);
  const alreadySaid = new Set(
    (await shop.read.events(job.id, 0, job.seq, 1_000)).map((event) => event.message),
  );
  await milestone(
    { stage: 'PROCESSING', current: pagesDone(), total: pages, ranges: states.join('') },
    ...warnings(opened.warnings, alreadySaid),
    stored.size > 0 ? resumed(states) : { type: 'STAGE', message: cutMessage(ranges.length, pages) },
    { type: 'STAGE', message: `Processing ${count(pages, 'page')}` },
  );

  const before = pagesDone();
  for (const [i, [first, last]] of ranges.entries()) {
    if (stored.has(i)) continue;
    const again = states[i] === 'i';
    states[i] = 'r';
    tick({ ranges: states.join('') });
    const result: RangeResult = await slot.range(first, last);
    await attempts.storeRange(job, i, result);
    stored.set(i, result);
    states[i] = again ? 'x' : 'd';
    meter.done((pagesDone() - before) / Math.max(pages - before, 1));
    tick({ ranges: states.join(''), current: pagesDone() });
  }

  meter.phase(cost.write, storeCost);
  await milestone(
    { stage: 'MERGING', current: 0, total: pages },
    ...job.steps.map(({ name, options }): Milestone => ({
      type: 'STEP_DONE',
      message: steps.find((step) => step.name === name)?.summary(options, pages) ?? name,
    })),
    { type: 'STAGE', message: 'Writing the result' },
  );
  const results = ranges.flatMap((_, i) => stored.get(i) ?? []);
  const written = await slot.write(
    results,
    follow((done) => ({ current: Math.min(done, pages) })),
  );

  meter.phase(storeCost, 0);
  await milestone(
    { stage: 'SAVING', current: null, total: null },
    ...written.flatMap((document) => warnings(document.warnings, alreadySaid)),
    { type: 'STAGE', message: `Saving ${count(written.length, 'file')}` },
  );
  const outputs: NewFile[] = [];
  for (const [i, document] of written.entries()) {
    // The attempt in the key keeps a zombie's file from ever taking the place of the real one.
    const storageKey = `jobs/${job.id}/${job.attempt}/${i}`;
    shop.storedKeys.push(storageKey);
    await storage.adopt(storageKey, document.path);
    const { issuer, subject } = job;
    const { name, bytes, pages: pageCount, sha256 } = document;
    outputs.push({
      id: newId(),
      issuer,
      subject,
      name,
      bytes,
      pages: pageCount,
      sha256,
      mediaType: 'application/pdf',
      storageKey,
    });
    meter.done((i + 1) / written.length);
    tick({});
  }
  return outputs;
}

/** A disk's writing, hashing included. */
const bytesStoredPerMs = 200_000;

function stateAtStart(before: string | undefined, isStored: boolean): string {
  if (isStored) return before === 'x' ? 'x' : 'd';
  return before === 'i' || before === 'r' ? 'i' : '.';
}

function isDone(state: string | undefined): boolean {
  return state === 'd' || state === 'x';
}

/** Each once, however many attempts find it again. */
function warnings(messages: readonly string[], alreadySaid: Set<string>): Milestone[] {
  const fresh = messages.filter((message) => !alreadySaid.has(message));
  for (const message of fresh) alreadySaid.add(message);
  return fresh.map((message) => ({ type: 'WARNING', message }));
}

function resumed(states: readonly string[]): Milestone {
  const next = states.findIndex((state) => !isDone(state));
  const message =
    next < 0
      ? `Resumed with all ${count(states.length, 'range')} done`
      : `Resumed at range ${next + 1} of ${states.length}, nothing lost`;
  return { type: 'RESUMED', message };
}

function cutMessage(ranges: number, pages: number): string {
  return ranges === 1
    ? `All ${count(pages, 'page')} in one range`
    : `Divided into ${ranges} ranges of about ${count(Math.round(pages / ranges), 'page')}`;
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}
