import { link, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type JobRun, runJob } from '../hostile/drive.ts';
import { chosen } from '../native/expected.ts';
import { attempt, type Trial } from './attempt.ts';
import { type Example, image } from './examples.ts';
import { judgePictures, judgeText } from './extract.ts';
import type { Finding } from './finding.ts';
import { judge } from './judge.ts';
import type { Seen } from './reader.ts';
import type { Workbench } from './workbench.ts';

/** A document that was let in. */
export interface Document {
  /** For people. */
  file: string;
  /** Of the copy that is worked on. */
  path: string;
  /** As the engine counts them. */
  pages: number;
  seen: Seen;
}

interface Input {
  path: string;
  seen: Seen;
}

/** Does one step to a document, in a slot, and judges what came of it. */
export async function tryStep(
  document: Document,
  step: string,
  example: Example,
  bench: Workbench,
): Promise<Trial> {
  const { slots, home, picture, signal } = bench;
  const label = example.as === undefined ? step : `${step} (${example.as})`;
  const beside = { companion: bench.companion, itself: document };
  const inputs: Input[] = [document, ...(example.beside ? [beside[example.beside]] : [])];
  const results: string[] = [];
  let run: JobRun | undefined;
  const trial = await attempt(document.file, label, signal, async (until) => {
    // Names that no warning is mistaken for.
    const sources = inputs.map(({ path }, index) => ({ name: `${index + 1}.pdf`, path }));
    const call = { name: step, options: example.options(document.pages) };
    await slots.use(until, async (slot) => {
      run = await runJob(slot, { sources, assets: [{ id: image, path: picture }] }, [call]);
      for (const [index, { path }] of run.documents.entries()) {
        results[index] = join(home, `${label}-${index}`);
        await link(path, results[index]);
      }
    });
  });
  if (run && trial.outcome === 'done')
    trial.findings = await judgeResults(example, inputs, results, run, bench);
  for (const result of results) await rm(result);
  return trial;
}

async function judgeResults(
  example: Example,
  inputs: readonly Input[],
  paths: readonly string[],
  { warnings }: JobRun,
  { reader }: Workbench,
): Promise<Finding[]> {
  const { path, seen } = inputs[0]!;
  const sources = inputs.map((input) => input.seen);
  if (example.makes === 'text') return judgeText(seen, await readFile(paths[0]!), warnings);
  if (example.makes === 'pictures') return judgePictures(seen, await readFile(paths[0]!), warnings);
  const counts = sources.map(({ structures }) => structures?.links.length ?? 0);
  // Where nobody else can read the document, nobody knows its pages.
  const wanted = seen.structures
    ? (example.results?.(counts) ?? [chosen(0, 1, counts[0]!)])
    : paths.map(() => []);
  if (wanted.length !== paths.length) return [otherCount(wanted.length, paths.length)];
  const results = await Promise.all(
    paths.map(async (result, index) => {
      const own = wanted[index]!;
      const places = own.flatMap(([source, page], at) => (sources[source]!.pages.has(page) ? [at + 1] : []));
      return { ...(await reader.look(result, places)), chosen: own };
    }),
  );
  const allowed = example.keepsFirst ? await reader.drawingsOfFirst(path) : undefined;
  return judge({ example, sources, results, warnings, allowed });
}

function otherCount(before: number, after: number): Finding {
  return {
    what: 'results',
    before: String(before),
    after: String(after),
    detail: [],
    told: [],
    silent: true,
  };
}
