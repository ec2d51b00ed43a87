import { setImmediate } from 'node:timers/promises';
import { estimateCost } from './cost.ts';
import type { Cost } from './cost.ts';
import type { Fixed } from './write/edit.ts';
import type { SourceFacts } from './read/facts.ts';
import { loadSource } from './read/load.ts';
import type { Source } from './read/load.ts';
import { viewPage } from './read/page-view.ts';
import { plan } from './plan.ts';
import type { OutputSink } from './write/sink.ts';
import type { PagePatch, StepCall, VirtualDocument, VirtualPage } from './step.ts';
import { steps } from './steps.ts';
import { describeRisks } from './warnings.ts';
import { writeDocument } from './write/document.ts';
import type { WrittenDocument } from './write/document.ts';

/** How far the present phase is; `done` of `total` never falls within a phase. Units are the phase's own. */
export type Report = (progress: { phase: 'load' | 'range' | 'write'; done: number; total: number }) => void;

export interface SessionInput {
  sources: readonly { name: string; bytes: Buffer }[];
  calls: readonly StepCall[];
  fixed: Fixed;
  maxPages: number;
}

/** One job's documents, loaded and planned. The sources are never changed: every method may be called again. */
export interface Session {
  readonly facts: readonly SourceFacts[];
  readonly documents: readonly VirtualDocument[];
  /** What the user should know before the work: signatures that will break, scripts, lost encryption. */
  readonly warnings: readonly string[];
  readonly cost: Cost;
  /** Works out what is to be done to the pages `[first, last)`, counted over all documents in order. */
  range(first: number, last: number): Promise<RangeResult>;
  /** Writes all documents. @param results all ranges, in page order, from this session or one before it */
  write(results: readonly RangeResult[], emit: (name: string) => OutputSink): Promise<WrittenDocument[]>;
}

/** Plain JSON: one patch for each page of the range. */
export interface RangeResult {
  first: number;
  last: number;
  patches: PagePatch[];
}

/** @throws AppError about the documents (see `loadSource`) or the steps (see `plan`) */
export async function openSession(input: SessionInput, report: Report): Promise<Session> {
  const { calls, fixed, maxPages } = input;
  const sources = await loadAll(input, report);
  const counted = sources.map((source, index) => ({
    name: input.sources[index]!.name,
    pages: source.pages.length,
  }));
  const documents = plan(calls, counted, maxPages);
  const pages = documents.flatMap((document) => document.pages);
  const facts = sources.map((source) => source.facts);
  return {
    facts,
    documents,
    warnings: describeRisks(
      facts,
      counted.map(({ name }) => name),
      documents,
    ),
    cost: estimateCost(facts, documents, calls),
    async range(first, last) {
      const patches: PagePatch[] = [];
      for (const page of pages.slice(first, last)) {
        patches.push(patchPage(page, sources[page.source]!, calls));
        if (patches.length % 200 !== 0) continue;
        report({ phase: 'range', done: patches.length, total: last - first });
        await setImmediate();
      }
      report({ phase: 'range', done: last - first, total: last - first });
      return { first, last, patches };
    },
    async write(results, emit) {
      const patches = results.flatMap((result) => result.patches);
      const written: WrittenDocument[] = [];
      let before = 0;
      for (const [index, document] of documents.entries()) {
        const count = document.pages.length;
        const own = patches.slice(before, before + count);
        const sink = emit(document.name);
        const names = counted.map(({ name }) => name);
        const progress = (share: number): void =>
          report({ phase: 'write', done: before + share * count, total: pages.length });
        written.push(
          await writeDocument(
            { document, index, sources, names, patches: own, calls, fixed },
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

/** One after the other: each takes a core and memory for itself. */
async function loadAll({ sources, maxPages }: SessionInput, report: Report): Promise<Source[]> {
  const total = sources.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const loaded: Source[] = [];
  let before = 0;
  for (const { bytes } of sources) {
    loaded.push(
      await loadSource(bytes, (done) => report({ phase: 'load', done: before + done, total }), maxPages),
    );
    before += bytes.length;
  }
  report({ phase: 'load', done: total, total });
  return loaded;
}

/** All steps of a page as one patch; each step sees the page as the steps before it left it. */
function patchPage(page: VirtualPage, source: Source, calls: readonly StepCall[]): PagePatch {
  if (page.tasks.length === 0) return {};
  let view = viewPage(source, source.pages[page.page]!);
  const overlays: string[] = [];
  let rotate: number | undefined;
  for (const task of page.tasks) {
    const call = calls[task.step]!;
    const patch = steps.find(({ name }) => name === call.name)?.patch?.(view, call.options, task) ?? {};
    if (patch.rotate !== undefined) {
      rotate = patch.rotate;
      view = { ...view, rotate };
    }
    if (patch.overlay !== undefined) overlays.push(patch.overlay);
  }
  return {
    ...(rotate === undefined ? {} : { rotate }),
    ...(overlays.length === 0 ? {} : { overlay: overlays.join('\n') }),
  };
}
