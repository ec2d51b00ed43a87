import { createHash } from 'node:crypto';
import { cutRanges } from '../../server/jobs/cut-ranges.ts';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { describeSteps } from '../../server/jobs/describe-steps.ts';
import type { Origin } from '../../server/pdf/model/document.ts';
import type { Naming } from '../../server/pdf/model/naming.ts';
import type { Pass, Written } from '../../server/pdf/model/pass.ts';
import { joinedName } from '../../server/pdf/plan/result-names.ts';
import { loadSource } from '../../server/pdf/source/load.ts';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { bind } from '../../server/pdf/registry.ts';
import { planPasses } from '../../server/pdf/passes/plan-passes.ts';
import { describeLosses } from '../../server/pdf/write/describe-losses.ts';
import type { WrittenDocument } from '../../server/pdf/model/written.ts';

export interface StepRun {
  /** What was said of the inputs. */
  warnings: readonly string[];
  /** What could not be kept, in sentences. */
  losses: readonly string[];
  /** What steps have done, in sentences. */
  done: readonly string[];
  /** Where they found nothing to do. */
  idle: readonly string[];
  written: WrittenDocument[];
  outputs: Buffer[];
  /** The one output. */
  output: Buffer;
}

type Call = readonly [name: string, options?: Record<string, unknown>];
type Document = { name: string; bytes: Buffer; origin?: Origin };

/** Runs steps over documents in memory, pass by pass and in ranges as a worker would. */
export function runSteps(
  inputs: Buffer | Record<string, Buffer>,
  ...calls: readonly Call[]
): Promise<StepRun> {
  return runStepsWith(new Map(), inputs, ...calls);
}

/** The same with images for steps to draw, by the ids that their options name. */
export async function runStepsWith(
  pictures: ReadonlyMap<string, Buffer>,
  inputs: Buffer | Record<string, Buffer>,
  ...calls: readonly Call[]
): Promise<StepRun> {
  const named = Buffer.isBuffer(inputs) ? { 'in.pdf': inputs } : inputs;
  const parsed = parseSteps(calls.map(([name, options = {}]) => ({ name, options })));
  if (parsed.problems[0]) throw parsed.problems[0];
  let sources: Document[] = Object.entries(named).map(([name, bytes]) => ({ name, bytes }));
  // What a job has made may be the input of another one.
  const job = createHash('sha256').update(Object.values(named)[0]!).digest('hex');
  const passes = planPasses(bind(parsed.calls));
  const naming = passes.length > 1 ? await namingOf(sources) : undefined;
  let written: WrittenDocument[] = [];
  const warnings: string[] = [];
  const losses: string[] = [];
  const done: string[] = [];
  const idle: string[] = [];
  for (const [number, steps] of passes.entries()) {
    const open = await passFor(steps);
    const fixed = { date: '2026-01-02T03:04:05.678Z', id: `${job}/${number}` };
    const input = { sources, assets: pictures, calls: steps, fixed, maxPages: 20_000 };
    const pass = await open({ ...input, naming }, () => {});
    warnings.push(...pass.warnings);
    const result = await runPass(pass, sources);
    written = result.written;
    losses.push(...describeLosses(written));
    const said = describeSteps(steps, result.touched);
    done.push(...said.done);
    idle.push(...said.warnings);
    sources = result.outputs.map((bytes, index) => ({ ...written[index]!, bytes }));
  }
  const outputs = sources.map(({ bytes }) => bytes);
  return { warnings, losses, done, idle, written, outputs, output: outputs[0]! };
}

/** As a job without a name is called by: a later pass knows what it was made of by its inputs. */
async function namingOf(documents: readonly Document[]): Promise<Naming> {
  const inputs = documents.map(async ({ name, bytes }) => {
    const source = await loadSource(bytes, () => {}).catch(() => undefined);
    return { name, pages: source?.pages.length ?? 0 };
  });
  return { job: joinedName(documents.map(({ name }) => name)), inputs: await Promise.all(inputs) };
}

/** @param ranges how the pages are cut; as the worker would, if left out */
export async function runPass(
  pass: Pass,
  sources: readonly Document[],
  ranges: readonly (readonly [first: number, last: number])[] = cutRanges(pass.pages, 1),
): Promise<{ written: WrittenDocument[]; touched: Written['touched']; outputs: Buffer[] }> {
  const stored: Buffer[] = [];
  for (const [first, last] of ranges)
    stored.push(Buffer.concat(await Array.fromAsync(await pass.range(first, last))));
  const outputs: Buffer[] = [];
  const { documents, touched } = await pass.write(
    ranges.map(([first, last]) => ({ first, last })),
    {
      stored: async (range, start, end) => stored[range]!.subarray(start, end),
      emit: () => {
        const chunks: Buffer[] = [];
        return {
          copySource: async (index) => void chunks.splice(0, Infinity, sources[index]!.bytes),
          write: async (chunk) => void chunks.push(Buffer.from(chunk)),
          end: async () => void outputs.push(Buffer.concat(chunks)),
        };
      },
    },
  );
  return { written: documents, touched, outputs };
}
