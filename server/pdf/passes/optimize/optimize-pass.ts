import { setImmediate } from 'node:timers/promises';
import { loadSources } from '../load-sources.ts';
import type { Pass, OnProgress } from '../../model/pass.ts';
import { plan } from '../../plan/plan.ts';
import { touchedPages } from '../../plan/touched.ts';
import { describeRisks } from '../describe-risks.ts';
import { type Change, packChange, unpackChanges } from './changes.ts';
import { costOf } from './optimize-cost.ts';
import { shrink } from './shrink.ts';
import type { Stream } from './page-streams.ts';
import { openWork, type Work } from './work.ts';
import { writeSmaller } from './write-smaller.ts';
import type { WrittenDocument } from '../../model/written.ts';
import type { PassInput } from '../../model/step.ts';

/** Ranges become smaller versions of the streams that belong to their pages; the documents are written with those. */
export async function openOptimizePass(input: PassInput, report: OnProgress): Promise<Pass> {
  const { calls, fixed, maxPages, naming } = input;
  const { imageQuality, maxDpi } = calls[0]!.options as Partial<Record<string, number>>;
  const wish = { quality: imageQuality, dpi: maxDpi };
  const recodes = imageQuality !== undefined || maxDpi !== undefined;
  const sources = await loadSources(input, report);
  const facts = sources.map((source) => source.facts);
  const names = input.sources.map(({ name }) => name);
  const counted = sources.map(({ pages }, index) => ({ ...input.sources[index]!, pages: pages.length }));
  const { documents } = plan(calls, counted, maxPages, undefined, { naming });
  const works: Work[] = [];
  for (const [index, document] of documents.entries())
    works.push(await openWork(document, index, { sources, names, fixed }, recodes));
  const pages = works.flatMap((work) => work.pages);
  const streams = pages.flat();
  const ids = new Map(streams.map((stream, id) => [stream, id]));

  async function* shrinkAll(first: number, last: number): AsyncIterable<Uint8Array> {
    const total = last - first;
    for (const [done, page] of pages.slice(first, last).entries()) {
      for (const [index, stream] of page.entries()) {
        const change = await shrink(stream, wish);
        if (change) yield* packChange(ids.get(stream)!, change);
        report({ phase: 'range', done: done + (index + 1) / page.length, total });
      }
      await setImmediate();
    }
    report({ phase: 'range', done: total, total });
  }

  return {
    pages: pages.length,
    warnings: [...describeRisks(facts, names, documents), ...works.flatMap(({ losses }) => losses)],
    cost: costOf(facts, pages, recodes),
    range: async (first, last) => shrinkAll(first, last),
    async write(ranges, { emit, stored }) {
      const changes = new Map<Stream, Change>();
      for (const range of ranges.keys())
        for (const [id, change] of unpackChanges(await stored(range))) changes.set(streams[id]!, change);
      const written: WrittenDocument[] = [];
      const smaller: number[] = [];
      let before = 0;
      for (const work of works) {
        const count = work.pages.length;
        const progress = (share: number): void =>
          report({ phase: 'write', done: before + share * count, total: pages.length });
        const { document, isSmaller } = await writeSmaller(work, changes, emit(work.result.name), progress);
        written.push(document);
        smaller.push(isSmaller ? count : 0);
        before += count;
      }
      return { documents: written, touched: [touchedPages(documents, smaller)] };
    },
  };
}
