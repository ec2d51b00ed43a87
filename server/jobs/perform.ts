import type { FileRow, files, JobRow } from '../db/tables.ts';
import { newId, publicId } from '../id.ts';
import { count } from '../count.ts';
import type { Workshop } from './workshop.ts';
import { estimatePass, planPasses } from '../pdf/passes/plan-passes.ts';
import type { Slot, SlotDocument, SlotPass } from '../pdf/slot/slots.ts';
import type { Naming } from '../pdf/model/naming.ts';
import type { BoundStep } from '../pdf/model/step.ts';
import { bind } from '../pdf/registry.ts';
import { assetsOf } from './assets.ts';
import type { Results } from './attempt.ts';
import { blameStep } from './blame-step.ts';
import { type PassResult, performPass } from './perform-pass.ts';
import { reportOn } from './report.ts';

export type NewFile = typeof files.$inferInsert;

/** What a job reads: its documents, and images that its steps draw. */
export interface JobFiles {
  inputs: readonly FileRow[];
  assets: readonly FileRow[];
}

/**
 * The work of one attempt: pass by pass, each on what the one before it has written, then the results are stored.
 * The rows of the results are not visible yet.
 */
export async function perform(
  job: JobRow,
  { inputs, assets }: JobFiles,
  slot: Slot,
  shop: Workshop,
): Promise<Results> {
  const passes = planPasses(bind(job.steps));
  const pages = inputs.reduce((sum, file) => sum + (file.pages ?? 0), 0);
  const bytes = inputs.reduce((sum, file) => sum + file.bytes, 0);
  const storeCost = 10 + bytes / bytesStoredPerMs;
  const pathOf = (file: FileRow) => shop.storage.path(file.storageKey);
  const assetsFor = (calls: readonly BoundStep[]) =>
    assetsOf(calls).flatMap(({ id }) => {
      const file = assets.find((candidate) => publicId('file', candidate.id) === id);
      return file ? [{ id, path: pathOf(file) }] : [];
    });
  let sources: SlotPass['sources'] = inputs.map((file) => ({ name: file.name, path: pathOf(file) }));
  const results: PassResult[] = [];
  for (const [number, calls] of passes.entries()) {
    const later = passes.slice(number + 1);
    const costGuess = estimatePass(calls, pages);
    const after = later.map((pass) => estimatePass(pass, pages));
    const costAfter = {
      ms: after.reduce((sum, { load, rest }) => sum + load + rest, storeCost),
      // Nobody has seen what a later pass will get.
      sure: later.length === 0,
    };
    // Each pass its own seed for what it makes up, such as file identifiers.
    const fixed = { date: job.createdAt, id: `${job.id}/${number}` };
    const news = results.at(-1)?.news ?? [];
    const naming = namingOf(job, inputs, later.length === 0);
    const order = {
      sources,
      naming,
      assets: assetsFor(calls),
      calls,
      fixed,
      number,
      costGuess,
      costAfter,
      news,
    };
    const before = passes.slice(0, number).flat().length;
    const result = await performPass(job, order, slot, shop).catch((error: unknown) => {
      throw blameStep(error, calls, before);
    });
    results.push(result);
    sources = result.documents;
  }
  const last = results.at(-1)!;
  shop.teller.meter.phase(storeCost, 0, false);
  shop.teller.milestone({ stage: 'SAVING', current: null, total: null }, ...last.news, {
    type: 'STAGE',
    message: `Saving ${count(last.documents.length, 'file')}`,
  });
  const warnings = results.flatMap((result) => result.warnings);
  return {
    outputs: await store(job, last.documents, shop),
    report: reportOn(inputs, last.documents, warnings),
  };
}

/** What is wanted is for the results: what is between has the names that it would have without a wish. */
function namingOf(job: JobRow, inputs: readonly FileRow[], last: boolean): Naming {
  return {
    job: job.name,
    inputs: inputs.map(({ name, pages }) => ({ name, pages: pages ?? 0 })),
    date: job.createdAt,
    label: job.label ?? undefined,
    template: (last && job.outputName) || undefined,
  };
}

/** A disk's writing, hashing included. */
const bytesStoredPerMs = 200_000;

async function store(
  { id, attempt, issuer, subject }: JobRow,
  documents: readonly SlotDocument[],
  { storage, storedKeys, teller }: Workshop,
): Promise<NewFile[]> {
  const outputs: NewFile[] = [];
  for (const [i, { name, mediaType, bytes, pages, sha256, path }] of documents.entries()) {
    // The attempt in the key keeps a zombie's file from ever taking the place of the real one.
    const storageKey = `jobs/${id}/${attempt}/${i}`;
    storedKeys.push(storageKey);
    await storage.adopt(storageKey, path);
    outputs.push({ id: newId(), issuer, subject, name, mediaType, bytes, pages, sha256, storageKey });
    teller.meter.done((i + 1) / documents.length);
    teller.tick({});
  }
  return outputs;
}
