import { machine } from '../helpers/machine.ts';
import { quantile } from '../helpers/quantile.ts';
import { type Tally, violationKinds } from './tally.ts';

/** The tables of a run, in Markdown. */
export function printReport(command: string, { counts, faults, violations }: Tally) {
  const all = [...faults.values()].flat();
  console.log(`\n\`${command}\`; ${machine()}\n`);
  console.log(`| fault | times | right again after, p50 | p99 |\n| --- | --: | --: | --: |`);
  for (const [kind, times] of [...faults].toSorted(([a], [b]) => a.localeCompare(b))) row(kind, times);
  row('all', all);
  console.log(`\n| seen | |\n| --- | --: |`);
  for (const [what, count] of Object.entries(counts))
    console.log(`| ${what} | ${count.toLocaleString('en')} |`);
  console.log(`\n| broken promises | |\n| --- | --: |`);
  for (const kind of violationKinds) console.log(`| ${kind} | ${violations[kind]} |`);
}

function row(kind: string, times: readonly number[]) {
  console.log(`| ${kind} | ${times.length} | ${seconds(times, 0.5)} | ${seconds(times, 0.99)} |`);
}

function seconds(times: readonly number[], part: number): string {
  return `${(quantile(times, part) / 1_000).toFixed(1)} s`;
}
