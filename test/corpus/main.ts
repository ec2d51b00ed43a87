import { writeFile } from 'node:fs/promises';
import { integer, readSettings, setting, settings, text } from '../../server/config.ts';
import { help } from '../../server/help.ts';
import { onStopSignal } from '../../server/stop-signals.ts';
import { machine } from '../helpers/machine.ts';
import type { Trial } from './attempt.ts';
import { findDocuments } from './documents.ts';
import { examples } from './examples.ts';
import { createProgressLine } from './progress-line.ts';
import { findReader, runCorpus } from './run.ts';
import { isFault, summarise } from './summary.ts';

/**
 * `npm run corpus -- FOLDER`: puts every PDF of a folder through every step, as a worker does, and has other readers
 * tell what was lost on the way. Nothing in the folder is changed. Ends with 1 where something was lost that nobody was
 * told of, where a result is not valid, and where a job crashed, hung or failed without a word; with 2 where it could
 * not begin.
 */
const usage = 'npm run corpus -- FOLDER … [--steps rotate,split] [--jobs 2] [--json findings.json]';
const { MAX_PAGES, MAX_FILE_BYTES, WORKER_CONCURRENCY } = settings;
const own = {
  STEPS: setting('Only these, with commas between', stepNames(), Object.keys(examples)),
  JOBS: setting('Documents at a time', integer(1, 256), WORKER_CONCURRENCY.fallback),
  JSON: setting('File for all that was found', text(), undefined),
};
const limits = { MAX_PAGES, MAX_FILE_BYTES };

const flags = process.argv.slice(2);
if (flags.includes('--help')) console.log(help(usage, own, limits));
else
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 2;
  });

async function main(): Promise<void> {
  const { values, words, problems } = readSettings({ ...limits, ...own }, process.env, flags);
  if (problems.length > 0) throw new Error([...problems, `Usage: ${usage}`].join('\n'));
  const documents = await findDocuments(words);
  // Better known now than after an hour.
  if (values.JSON)
    await writeFile(values.JSON, '').catch((error: Error) => {
      throw new Error(`--json: it cannot be written: ${error.message}`);
    });
  const reader = await findReader();
  console.log(`${documents.length.toLocaleString('en')} documents; results are read by ${reader.name}.`);
  const trials: Trial[] = [];
  const stop = new AbortController();
  onStopSignal(() => stop.abort(new Error('stopped')));
  await follow(documents, trials, (onTrial) =>
    runCorpus(reader, {
      documents,
      steps: values.STEPS,
      jobs: values.JOBS,
      maxPages: values.MAX_PAGES,
      maxBytes: values.MAX_FILE_BYTES,
      signal: stop.signal,
      onTrial,
    }),
  ).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
    console.log('Stopped; this is what was found until then.');
  });
  console.log(`\n${summarise(trials)}`);
  if (values.JSON)
    await writeFile(
      values.JSON,
      JSON.stringify({ machine: machine(), reader: reader.name, trials }, null, 1),
    );
  process.exitCode = stop.signal.aborted ? 130 : trials.some(isFault) ? 1 : 0;
}

/** Keeps what comes, and says how far it is. */
async function follow(
  documents: readonly string[],
  trials: Trial[],
  work: (onTrial: (trial: Trial) => void) => Promise<void>,
): Promise<void> {
  const line = createProgressLine();
  let begun = 0;
  let faults = 0;
  try {
    await work((trial) => {
      trials.push(trial);
      if (trial.step === 'upload') begun += 1;
      if (isFault(trial)) faults += 1;
      line.show(
        `${begun} of ${documents.length} documents, ${trials.length - begun} jobs, ${faults} with faults; ${trial.step} of ${trial.file}`,
      );
    });
  } finally {
    line.end();
  }
}

function stepNames() {
  return (value: string): readonly string[] => {
    const names = value.split(',').map((name) => name.trim());
    if (names.some((name) => !(name in examples)))
      throw new Error(`must be of ${Object.keys(examples).join(', ')}`);
    return names;
  };
}
