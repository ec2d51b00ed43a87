import type { Slot, SlotDocument, SlotPass } from '../pdf/slot/slots.ts';
import { steps } from '../pdf/steps.ts';
import { help, openRanges, type Ranges } from './ranges.ts';
import type { Workshop } from './perform.ts';
import type { Run } from './attempt.ts';
import type { Milestone } from './write.ts';

export interface PassOrder extends SlotPass {
  /** From 0. */
  number: number;
  /** Expected milliseconds of all that comes after it. */
  costAfter: number;
}

/**
 * One pass, stage by stage: open the documents, cut the pages into ranges, do those that no earlier attempt has stored,
 * write the results, which stay in the slot.
 */
export async function performPass(
  run: Run,
  order: PassOrder,
  slot: Slot,
  shop: Workshop,
): Promise<SlotDocument[]> {
  const { teller } = shop;
  const { meter } = teller;
  // Until the documents are open nobody knows what the rest will take; this is a fair guess of the share.
  meter.phase(1, 3);
  const opened = await slot.open(
    order,
    teller.follow(() => ({})),
  );
  const { cost, pages } = opened;
  const before = teller.before.pass === order.number ? teller.before.ranges : '';
  const ranges = await openRanges(run, order.number, opened, before, shop);
  const left = pages - ranges.pagesDone;
  const isPast = order.number < teller.before.pass;
  meter.phase(left * cost.perPage, cost.write + order.costAfter);
  await teller.milestone(
    {
      stage: 'PROCESSING',
      current: ranges.pagesDone,
      total: pages,
      pass: order.number,
      ranges: ranges.states,
    },
    ...teller.fresh('WARNING', opened.warnings),
    ...(isPast ? [] : [beginning(ranges, pages), stage(`Processing ${count(pages, 'page')}`)]),
  );

  const tell = () => {
    meter.done(1 - (pages - ranges.pagesDone) / Math.max(left, 1));
    teller.tick({ ranges: ranges.states, current: ranges.pagesDone });
  };
  const alone = new AbortController();
  const helpers =
    left * cost.perPage > worthHelpMs + 2 * cost.load
      ? help(
          ranges,
          { ...order, sources: opened.sources },
          shop.slots,
          AbortSignal.any([shop.signal, alone.signal]),
          tell,
        )
      : undefined;
  try {
    await ranges.work(slot, tell);
    await helpers;
    // What a helper has left undone.
    await ranges.work(slot, tell);
  } finally {
    alone.abort(new Error('the ranges are done'));
    await helpers;
  }

  meter.phase(cost.write, order.costAfter);
  await teller.milestone(
    { stage: 'MERGING', current: 0, total: pages },
    ...(isPast ? [] : [stage('Writing')]),
  );
  const written = await slot.write(
    ranges.results(),
    teller.follow((done) => ({ current: Math.min(Math.floor(done), pages) })),
  );
  meter.done(1);
  await teller.milestone(
    {},
    ...teller.fresh(
      'WARNING',
      written.flatMap((document) => document.warnings),
    ),
    ...teller.fresh('STEP_DONE', [
      ...order.calls.map(({ name, options }) =>
        steps.find((step) => step.name === name)!.summary(options, pages),
      ),
      ...written.flatMap((document) => document.notes),
    ]),
  );
  return written;
}

/** Less work than that is done before a helper has read the documents. */
const worthHelpMs = 1_500;

function stage(message: string): Milestone {
  return { type: 'STAGE', message };
}

function beginning({ count: total, resumed, states }: Ranges, pages: number): Milestone {
  if (resumed > 0) {
    const next = [...states].findIndex((state) => state !== 'd' && state !== 'x');
    const message =
      next < 0
        ? `Resumed with all ${count(total, 'range')} done`
        : `Resumed at range ${next + 1} of ${total}, nothing lost`;
    return { type: 'RESUMED', message };
  }
  return stage(
    total === 1
      ? `All ${count(pages, 'page')} in one range`
      : `Divided into ${total} ranges of about ${count(Math.round(pages / total), 'page')}`,
  );
}

/** `1 page`, `2,000 pages`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}
