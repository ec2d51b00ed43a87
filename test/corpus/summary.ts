import { quantile } from '../helpers/quantile.ts';
import { failures, type Trial } from './attempt.ts';
import type { Finding } from './finding.ts';

/** Whether it is what must not happen: a loss that nobody was told of, or no end that a user can be told. */
export function isFault({ outcome, findings }: Trial): boolean {
  return failures.includes(outcome) || findings.some(({ silent }) => silent);
}

/** All that came of it: uploads by their outcome, a row for each step, and every finding. */
export function summarise(trials: readonly Trial[]): string {
  const uploads = trials.filter(({ step }) => step === 'upload');
  const jobs = trials.filter(({ step }) => step !== 'upload');
  const steps = [...new Set(jobs.map(({ step }) => step))];
  const told = trials.filter((trial) => trial.findings.length > 0 && !isFault(trial));
  const refused = trials.filter((trial) => trial.outcome !== 'done' && !isFault(trial));
  return [
    '| uploads | documents |',
    '| --- | --: |',
    ...[...Map.groupBy(uploads, ({ outcome }) => (outcome === 'done' ? 'opened' : outcome))].map(
      ([outcome, { length }]) => row(outcome, count(length)),
    ),
    '',
    '| step | jobs | as it was | losses told | faults | refused | p50 | slowest |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...steps.map((step) =>
      rowOf(
        step,
        jobs.filter((job) => job.step === step),
      ),
    ),
    rowOf('all', jobs),
    ...section('Faults', trials.filter(isFault)),
    ...section('Losses that the timeline tells', told),
    ...section('Refused', refused),
  ].join('\n');
}

function rowOf(step: string, jobs: readonly Trial[]): string {
  const faults = jobs.filter(isFault);
  const others = jobs.filter((job) => !isFault(job));
  const refused = others.filter(({ outcome }) => outcome !== 'done');
  const told = others.filter(({ findings }) => findings.length > 0);
  const right = others.length - refused.length - told.length;
  const times = jobs.map(({ ms }) => ms);
  const [half, most] = [quantile(times, 0.5), Math.max(0, ...times)].map(
    (ms) => `${((ms || 0) / 1_000).toFixed(2)} s`,
  );
  const counts = [jobs.length, right, told.length, faults.length, refused.length].map(count);
  return row(step, ...counts, half!, most!);
}

function section(title: string, trials: readonly Trial[]): string[] {
  if (trials.length === 0) return [];
  const files = Map.groupBy(trials, ({ file }) => file);
  const lines = [...files].flatMap(([file, own]) => [file, ...own.flatMap(linesOf)]);
  return ['', `## ${title}: ${count(trials.length)}, in ${count(files.size)} of the documents`, '', ...lines];
}

function linesOf({ step, outcome, message, findings }: Trial): string[] {
  const end = outcome === 'done' ? [] : [`  ${step}: ${outcome}: ${message}`];
  return [...end, ...findings.flatMap((finding) => linesOfFinding(step, finding))];
}

function linesOfFinding(step: string, { what, before, after, detail, told, silent }: Finding): string[] {
  const details = detail.length > 0 ? ` (${detail.join('; ')})` : '';
  const words = told.map((warning) => `      “${warning}”`);
  return [`  ${step}: ${what}${silent ? '' : ', told'}: ${before} → ${after}${details}`, ...words];
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
