import type { Slot, SlotDocument, SlotPass } from '../pdf/slot/slots.ts';
import { count } from '../count.ts';
import { describeSteps } from './describe-steps.ts';
import { describeLosses } from '../pdf/write/describe-losses.ts';
import { help, openRanges, type Ranges } from './ranges.ts';
import type { Run } from './attempt.ts';
import type { Milestone } from './write.ts';
import type { Workshop } from './workshop.ts';

export interface PassOrder extends SlotPass {
  /** From 0. */
  number: number;
  /** Expected milliseconds, before anything is known of the documents. */
  costGuess: { load: number; rest: number };
  /** Expected of all that comes after it, and whether that is known well. */
  costAfter: { ms: number; sure: boolean };
  /** Of the pass before, for the timeline. */
  news: readonly Milestone[];
}

export interface PassResult {
  documents: SlotDocument[];
  warnings: string[];
  /** For the timeline. */
  news: Milestone[];
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
): Promise<PassResult> {
  const { teller } = shop;
  const { meter } = teller;
  const { calls, costAfter } = order;
  const isPast = order.number < teller.before.pass;
  meter.phase(order.costGuess.load, order.costGuess.rest + costAfter.ms, false);
  // The first one's is told by the claim.
  if (order.number > 0)
    teller.milestone(
      { stage: 'ANALYZING', current: null, total: null, pass: order.number, ranges: '' },
      ...order.news,
      ...(isPast ? [] : [stage('Reading what came of the steps before')]),
    );
  const openedAt = performance.now();
  const opened = await slot.open(
    order,
    teller.follow(() => ({})),
  );
  const { pages } = opened;
  shop.paces.learn(calls, 'load', opened.cost.load, performance.now() - openedAt);
  const pace = { range: shop.paces.of(calls, 'range'), write: shop.paces.of(calls, 'write') };
  const cost = {
    load: opened.cost.load,
    perPage: opened.cost.perPage * pace.range.factor,
    write: opened.cost.write * pace.write.factor,
  };
  const before = teller.before.pass === order.number ? teller.before.ranges : '';
  const ranges = await openRanges(run, order.number, opened, before, shop);
  const left = pages - ranges.pagesDone;
  teller.milestone(
    { stage: 'SPLITTING', pass: order.number, ranges: ranges.states },
    ...teller.warnings(opened.warnings),
    ...(isPast ? [] : [beginning(ranges, pages)]),
  );
  const isSureAfter = pace.write.sure && costAfter.sure;
  meter.phase(left * cost.perPage, cost.write + costAfter.ms, pace.range.sure && isSureAfter);
  teller.milestone(
    { stage: 'PROCESSING', current: ranges.pagesDone, total: pages },
    ...(isPast ? [] : [stage(`Processing ${count(pages, 'page')}`)]),
  );

  const tell = () => {
    meter.done(1 - (pages - ranges.pagesWorked) / Math.max(left, 1));
    teller.tick({ ranges: ranges.states, current: ranges.pagesDone });
  };
  const goOn = () => {
    shop.atBoundary();
    return true;
  };
  const rangesAt = performance.now();
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
    await ranges.work(slot, tell, goOn);
    await helpers;
    // What a helper has left undone.
    await ranges.work(slot, tell, goOn);
  } finally {
    alone.abort(new Error('the ranges are done'));
    await helpers;
  }

  shop.paces.learn(calls, 'range', left * opened.cost.perPage, performance.now() - rangesAt);

  meter.phase(cost.write, costAfter.ms, isSureAfter);
  teller.milestone({ stage: 'MERGING', current: 0, total: pages }, ...(isPast ? [] : [stage('Writing')]));
  const writtenAt = performance.now();
  const { documents, touched } = await slot.write(
    ranges.results(),
    teller.follow((done) => ({ current: Math.min(Math.floor(done), pages) })),
  );
  shop.paces.learn(calls, 'write', opened.cost.write, performance.now() - writtenAt);
  const { done, warnings } = describeSteps(calls, touched);
  warnings.push(...describeLosses(documents), ...documents.flatMap((document) => document.warnings));
  return {
    documents,
    warnings: [...opened.warnings, ...warnings],
    news: [
      ...teller.warnings(warnings),
      ...teller.stepsDone([...done, ...documents.flatMap((document) => document.notes)]),
    ],
  };
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
        ? `Resumed with ${total === 1 ? 'the one range' : `all ${total} ranges`} done`
        : `Resumed at range ${next + 1} of ${total}, with ${resumed} done`;
    return { type: 'RESUMED', message };
  }
  return stage(
    total === 1
      ? `${count(pages, 'page')} in one range`
      : `Divided into ${total} ranges of about ${count(Math.round(pages / total), 'page')}`,
  );
}
