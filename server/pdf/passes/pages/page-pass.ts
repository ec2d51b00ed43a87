import { setImmediate } from 'node:timers/promises';
import { survey } from '../../edit/assemble/survey.ts';
import { readPicture } from '../../edit/draw/picture.ts';
import { estimateCost } from './page-cost.ts';
import { inUserUnits } from '../../edit/draw/in-user-units.ts';
import { loadSources } from '../load-sources.ts';
import type { Pass, OnProgress } from '../../model/pass.ts';
import type { Source } from '../../source/load.ts';
import { viewOf } from '../../source/page-view.ts';
import { Balances } from './balances.ts';
import { packPatches, unpackPatches } from './patches.ts';
import { plan } from '../../plan/plan.ts';
import { reshape } from '../../plan/reshape.ts';
import type { BoundStep } from '../../model/step.ts';
import { describeRisks } from '../describe-risks.ts';
import { sameSource } from '../../write/write-document.ts';
import { writePages } from './write-pages.ts';
import type { DrawContext, Picture, PagePatch, Pictures } from '../../model/page.ts';
import type { Survey, VirtualDocument, VirtualPage } from '../../model/document.ts';
import type { PassInput } from '../../model/step.ts';

/** The steps that work on pages: planned into virtual documents, worked out as patches, written by the one writer. */
export async function openPagePass(input: PassInput, report: OnProgress): Promise<Pass> {
  return passOver(await loadSources(input, report), input, report);
}

/**
 * The same with the sources loaded.
 * @param found of their pages, where the one step has looked at them: what it leaves as it is stays so byte for byte
 */
export async function passOver(
  sources: readonly Source[],
  input: PassInput,
  report: OnProgress,
  found?: Survey['found'],
): Promise<Pass> {
  const { calls, fixed, maxPages } = input;
  const names = input.sources.map(({ name }) => name);
  const counted = sources.map(({ pages }, index) => ({ ...input.sources[index]!, pages: pages.length }));
  const { documents, touched } = plan(calls, counted, maxPages, survey(sources, names, found), {
    naming: input.naming,
  });
  const sameAs = (document: VirtualDocument) => (found ? sameSource(document, sources) : undefined);
  const pictures = await readPictures(input.assets);
  const balances = new Balances();
  const pages = documents.flatMap((document) => document.pages);
  const facts = sources.map((source) => source.facts);
  const context = { pictures, date: fixed.date };
  return {
    pages: pages.length,
    warnings: describeRisks(
      facts,
      names,
      documents.filter((document) => !sameAs(document)),
    ),
    cost: estimateCost(facts, documents),
    async range(first, last) {
      const patches: PagePatch[] = [];
      let reported = performance.now();
      for (const page of pages.slice(first, last)) {
        patches.push(await patchPage(page, sources[page.source]!, calls, context, balances));
        if (performance.now() - reported < reportEveryMs) continue;
        report({ phase: 'range', done: patches.length, total: last - first });
        await setImmediate();
        reported = performance.now();
      }
      report({ phase: 'range', done: last - first, total: last - first });
      return [packPatches(patches)];
    },
    async write(ranges, { emit, stored }) {
      const job = { documents, sources, names, calls, pictures, fixed, sameAs };
      const written = await writePages(job, unpackPatches(ranges, stored), emit, report);
      return { documents: written, touched };
    },
  };
}

const reportEveryMs = 20;

async function readPictures(assets: PassInput['assets']): Promise<Pictures> {
  const pictures = new Map<string, Picture>();
  for (const [id, bytes] of assets) pictures.set(id, await readPicture(bytes));
  return pictures;
}

/** All steps of a page as one patch; each step sees the page as the steps before it left it. */
async function patchPage(
  page: VirtualPage,
  source: Source,
  calls: readonly BoundStep[],
  context: DrawContext,
  balances: Balances,
): Promise<PagePatch> {
  if (page.tasks.length === 0) return {};
  const before = viewOf(source, page);
  let view = before;
  const over: string[] = [];
  const under: string[] = [];
  for (const task of page.tasks) {
    const { step, options } = calls[task.step]!;
    const drawing = await step.draw?.(view, options, task, context);
    over.push(...(drawing?.over ?? []));
    // Each further one goes below those that are there.
    under.unshift(...(drawing?.under ?? []));
    view = reshape(view, [task], calls);
  }
  const balance = over.length === 0 || page.blank ? undefined : balances.of(source, page.page);
  const patch = {
    ...(view.rotate === before.rotate ? {} : { rotate: view.rotate }),
    ...(view.box === before.box ? {} : { crop: view.box }),
    ...(over.length === 0 ? {} : { over }),
    ...(under.length === 0 ? {} : { under }),
    ...(balance && { balance }),
  };
  return inUserUnits(patch, view.unit);
}
