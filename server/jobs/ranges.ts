import type { StoredRange } from '../db/tables.ts';
import type { Storage } from '../files/storage.ts';
import { cutRanges } from './cut-ranges.ts';
import type { KeptRange, OpenedPass, Slot, SlotPass, Slots } from '../pdf/slot/slots.ts';
import type { Attempts, Run } from './attempt.ts';

/** The ranges of one pass: which are done, by this attempt or one before it. */
export interface Ranges {
  readonly count: number;
  /** Done before this attempt. */
  readonly resumed: number;
  /** One character each, as on the job's row. */
  readonly states: string;
  readonly pagesDone: number;
  /** The same with the parts of ranges that take long: for the bar. */
  readonly pagesWorked: number;
  /** What came of each, once all are done. */
  results(): KeptRange[];
  /** Takes the next one that is left into a slot, while `goOn` says so. `onChange` after each change of a state. */
  work(slot: Slot, onChange: () => void, goOn: () => boolean): Promise<void>;
}

/** @param before the states that the attempt before this one has left, where it was at the same pass */
export async function openRanges(
  run: Run,
  pass: number,
  opened: OpenedPass,
  before: string,
  { attempts, storage }: { attempts: Attempts; storage: Storage },
): Promise<Ranges> {
  const ranges = cutRanges(opened.pages, opened.cost.perPage);
  const layer = pass + layout;
  const key = (range: number) => rangeKey(run.id, layer, range);
  // Bytes that are lost are made again.
  const isThere = (path: string) =>
    storage.size(path).then(
      () => true,
      () => false,
    );
  const stored =
    run.attempt > 1 ? await attempts.storedRanges(run.id, layer) : new Map<number, StoredRange>();
  for (const [range, { bytes }] of stored)
    if (bytes === null && !(await isThere(key(range)))) stored.delete(range);
  const states = ranges.map((_, i) => stateAtStart(before[i], stored.has(i)));
  const resumed = stored.size;
  const left = ranges.flatMap((_, i) => (stored.has(i) ? [] : i));

  const pagesDone = () =>
    ranges.reduce((sum, [first, last], i) => sum + (stored.has(i) ? last - first : 0), 0);

  /** Pages of ranges that are being worked out. */
  const begun = new Map<number, number>();
  const isLong = (opened.cost.perPage * opened.pages) / ranges.length > longMs;

  async function workOut(slot: Slot, i: number, onChange: () => void) {
    const beganAt = performance.now();
    const onReport = ({ done }: { done: number }): void => {
      begun.set(i, done);
      onChange();
    };
    const { first, last, few, path } = await slot.range(...ranges[i]!, isLong ? onReport : undefined);
    const quick = ranges.length === 1 && performance.now() - beganAt < quickMs;
    // Bytes first: what the row says is there is there. Another attempt's are the same ones.
    if (few === null) await storage.adopt(key(i), path);
    const result: StoredRange = { first, last, bytes: few };
    if (few === null || !quick) await attempts.storeRange(run, layer, i, result);
    stored.set(i, result);
    begun.delete(i);
  }

  return {
    count: ranges.length,
    resumed,
    get states() {
      return states.join('');
    },
    get pagesDone() {
      return pagesDone();
    },
    get pagesWorked() {
      return begun.values().reduce((sum, pages) => sum + pages, pagesDone());
    },
    results: () =>
      ranges.map((_, i) => {
        const { first, last, bytes } = stored.get(i)!;
        return { first, last, few: bytes, path: storage.path(key(i)) };
      }),
    async work(slot, onChange, goOn) {
      for (let i = left.shift(); i !== undefined; i = left.length > 0 && goOn() ? left.shift() : undefined) {
        const wasBegun = states[i];
        states[i] = 'r';
        onChange();
        try {
          await workOut(slot, i, onChange);
        } catch (error) {
          begun.delete(i);
          // For another slot, if this one alone was lost.
          states[i] = 'i';
          left.unshift(i);
          throw error;
        }
        states[i] = wasBegun === 'i' ? 'x' : 'd';
        onChange();
      }
    },
  };
}

/**
 * Lets slots that are free help with ranges that are heavy; each is given back as soon as a job waits for one. What a
 * helper fails at is left to the job's own slot: it will meet the same fault, or there was none but the helper's.
 */
export async function help(
  ranges: Ranges,
  pass: SlotPass,
  slots: Slots,
  signal: AbortSignal,
  onChange: () => void,
): Promise<void> {
  const helpers: Promise<void>[] = [];
  for (let more = true; more;) {
    const helper = slots.borrow(signal, async (slot) => {
      await slot.open(pass, () => {});
      await ranges.work(slot, onChange, () => !slots.wanted);
    });
    if (helper) helpers.push(helper.catch(() => {}));
    else more = false;
  }
  await Promise.all(helpers);
}

/**
 * Rises with each change of what is stored of a range, in the row or in the file, by more than a job has passes. Versions
 * that run beside each other, or one after the other, then do each other's ranges again rather than misread them.
 */
export const layout = 300;

/** Where the bytes of a range are stored: the same for every attempt, as they are the same bytes. */
export function rangeKey(jobId: string, pass: number, range: number): string {
  return `jobs/${jobId}/ranges/${pass}/${range}`;
}

/** Of a range: who watches would think that it stands still. */
const longMs = 1_000;

/** A pass that takes no longer is done again sooner than it is looked up. */
const quickMs = 250;

function stateAtStart(before: string | undefined, isStored: boolean): string {
  if (isStored) return before === 'x' ? 'x' : 'd';
  return before === 'i' || before === 'r' ? 'i' : '.';
}
