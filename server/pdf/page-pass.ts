import { setImmediate } from 'node:timers/promises';
import { survey } from './assemble/survey.ts';
import type { Picture } from './draw/picture.ts';
import { readPicture } from './draw/picture.ts';
import { estimateCost } from './cost.ts';
import { loadSources } from './load-sources.ts';
import type { Pass, PassInput, Report } from './pass.ts';
import type { Source } from './read/load.ts';
import { viewPage } from './read/page-view.ts';
import { packPatches, unpackPatches } from './patches.ts';
import { plan } from './plan.ts';
import type { Box, PagePatch, Pictures, StepCall, VirtualPage } from './step.ts';
import { steps } from './steps.ts';
import { describeRisks } from './warnings.ts';
import { writeDocument } from './write/document.ts';
import type { WrittenDocument } from './write/document.ts';

/** The steps that work on pages: planned into virtual documents, worked out as patches, written by the one writer. */
export async function openPagePass(input: PassInput, report: Report): Promise<Pass> {
  const { calls, fixed, maxPages } = input;
  const sources = await loadSources(input, report);
  const counted = sources.map((source, index) => ({
    name: input.sources[index]!.name,
    pages: source.pages.length,
  }));
  const documents = plan(calls, counted, maxPages, survey(sources));
  const pictures = await readPictures(input.assets);
  const pages = documents.flatMap((document) => document.pages);
  const facts = sources.map((source) => source.facts);
  return {
    pages: pages.length,
    warnings: describeRisks(
      facts,
      counted.map(({ name }) => name),
      documents,
    ),
    cost: estimateCost(facts, documents, calls),
    async range(first, last) {
      const patches: PagePatch[] = [];
      for (const page of pages.slice(first, last)) {
        patches.push(patchPage(page, sources[page.source]!, calls, pictures));
        if (patches.length % 200 !== 0) continue;
        report({ phase: 'range', done: patches.length, total: last - first });
        await setImmediate();
      }
      report({ phase: 'range', done: last - first, total: last - first });
      return [packPatches(patches)];
    },
    async write(ranges, { emit, stored }) {
      const patches = unpackPatches(ranges, stored);
      const written: WrittenDocument[] = [];
      let before = 0;
      for (const [index, document] of documents.entries()) {
        const count = document.pages.length;
        const own: PagePatch[] = [];
        while (own.length < count) own.push((await patches.next()).value!);
        const sink = emit(document.name);
        const names = counted.map(({ name }) => name);
        const progress = (share: number): void =>
          report({ phase: 'write', done: before + share * count, total: pages.length });
        written.push(
          await writeDocument(
            { document, index, sources, names, patches: own, calls, pictures, fixed },
            sink,
            progress,
          ),
        );
        await sink.end();
        before += count;
      }
      return written;
    },
  };
}

async function readPictures(assets: PassInput['assets']): Promise<Pictures> {
  const pictures = new Map<string, Picture>();
  for (const [id, bytes] of assets) pictures.set(id, await readPicture(bytes));
  return pictures;
}

/** All steps of a page as one patch; each step sees the page as the steps before it left it. */
function patchPage(
  page: VirtualPage,
  source: Source,
  calls: readonly StepCall[],
  pictures: Pictures,
): PagePatch {
  if (page.tasks.length === 0) return {};
  let view = viewPage(source, source.pages[page.page]!);
  const over: string[] = [];
  const under: string[] = [];
  let rotate: number | undefined;
  let crop: Box | undefined;
  for (const task of page.tasks) {
    const call = calls[task.step]!;
    const patch =
      steps.find(({ name }) => name === call.name)?.patch?.(view, call.options, task, pictures) ?? {};
    if (patch.rotate !== undefined) {
      rotate = patch.rotate;
      view = { ...view, rotate };
    }
    if (patch.crop) {
      crop = patch.crop;
      view = { ...view, box: crop };
    }
    over.push(...(patch.over ?? []));
    // Each further one goes below those that are there.
    under.unshift(...(patch.under ?? []));
  }
  return {
    ...(rotate === undefined ? {} : { rotate }),
    ...(crop === undefined ? {} : { crop }),
    ...(over.length === 0 ? {} : { over }),
    ...(under.length === 0 ? {} : { under }),
  };
}
