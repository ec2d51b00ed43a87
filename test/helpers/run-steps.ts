import { cutRanges } from '../../server/pdf/cut-ranges.ts';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { openSession } from '../../server/pdf/session.ts';
import type { RangeResult, Session } from '../../server/pdf/session.ts';
import type { WrittenDocument } from '../../server/pdf/write/document.ts';

export interface StepRun {
  session: Session;
  written: WrittenDocument[];
  outputs: Buffer[];
  /** The one output. */
  output: Buffer;
}

type Call = readonly [name: string, options?: Record<string, unknown>];

/** Runs steps over documents in memory, in ranges as a worker would, with the patches stored as JSON in between. */
export async function runSteps(
  inputs: Buffer | Record<string, Buffer>,
  ...calls: readonly Call[]
): Promise<StepRun> {
  const named = Buffer.isBuffer(inputs) ? { 'in.pdf': inputs } : inputs;
  const sources = Object.entries(named).map(([name, bytes]) => ({ name, bytes }));
  const raw = calls.map(([name, options = {}]) => ({ name, options }));
  const parsed = parseSteps(raw);
  if (parsed.problems[0]) throw parsed.problems[0];
  const fixed = { date: '2026-01-02T03:04:05.678Z', id: 'job' };
  const session = await openSession({ sources, calls: parsed.calls, fixed, maxPages: 20_000 }, () => {});
  const pages = session.documents.reduce((sum, document) => sum + document.pages.length, 0);
  const results: RangeResult[] = [];
  for (const [first, last] of cutRanges(pages, 1)) {
    results.push(JSON.parse(JSON.stringify(await session.range(first, last))) as RangeResult);
  }
  const outputs: Buffer[] = [];
  const written = await session.write(results, () => {
    const chunks: Buffer[] = [];
    return {
      copySource: async (index) => void chunks.push(sources[index]!.bytes),
      write: async (chunk) => void chunks.push(Buffer.from(chunk)),
      end: async () => void outputs.push(Buffer.concat(chunks)),
    };
  });
  return { session, written, outputs, output: outputs[0]! };
}
