import { parseArgs } from 'node:util';
import { fuzz } from './hostile/fuzz.ts';

/** `npm run fuzz -- --count 2000 --seed 7 [--only 1234]`: ends with 1 where an outcome cannot be told to a user. */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '2000' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const count = Number(values.count);
console.log(`seed ${seed}, ${count} mutations`);
const { outcomes, slowest, untyped } = await fuzz(
  seed,
  count,
  values.only === undefined ? undefined : Number(values.only),
);
for (const [code, times] of [...outcomes].toSorted(([, a], [, b]) => b - a))
  console.log(`${code.padEnd(16)} ${times}`);
console.log(`slowest: mutation ${slowest.mutation}, ${slowest.ms} ms`);
for (const { mutation, outcome } of untyped) console.log(`mutation ${mutation}: ${outcome}`);
process.exitCode = untyped.length > 0 ? 1 : 0;
