import type { OnProgress, PassFiles, Range, RangeBytes } from '../model/pass.ts';

/**
 * A range whose pages are worked out one by one, each of which may take long: what is kept is a list of what came of
 * them, as JSON.
 * @param work is told what to report by: the share of the page that is done
 */
export async function rangeByPage<Page, Made>(
  pages: readonly Page[],
  { first, last }: Range,
  report: OnProgress,
  work: (page: Page, progress: (share: number) => void) => Promise<Made>,
): Promise<RangeBytes> {
  const made: Made[] = [];
  for (const page of pages.slice(first, last)) {
    const progress = (share: number): void =>
      report({ phase: 'range', done: made.length + share, total: last - first });
    made.push(await work(page, progress));
    progress(0);
  }
  return [Buffer.from(JSON.stringify(made))];
}

/** What came of all pages of all ranges, in order, those of one range in memory at a time. */
export async function* keptByPage<Made>(
  ranges: readonly Range[],
  stored: PassFiles['stored'],
): AsyncGenerator<Made, undefined> {
  for (const range of ranges.keys()) yield* JSON.parse((await stored(range)).toString()) as Made[];
}
