import { parseArgs } from 'node:util';
import { fuzzEdge } from './edge/fuzz-edge.ts';
import { fuzz } from './hostile/fuzz.ts';

/**
 * `npm run fuzz -- [documents] --count 2000 --seed 7 [--only 1234]`: ends with 1 where an outcome cannot be told to a user.
 * `npm run fuzz -- edge --count 5000 --seed 7`: ends with 1 where requests that break off leave something behind.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '2000' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const count = Number(values.count);
const [what = 'documents'] = positionals;
console.log(`${what}, seed ${seed}, ${count} times`);
if (what === 'edge') await edge();
else if (what === 'documents') await documents();
else throw new Error(`There is no fuzz of "${what}": documents or edge.`);

async function edge() {
  const { kinds, faults } = await fuzzEdge(seed, count);
  for (const [kind, times] of kinds) console.log(`${kind.padEnd(26)} ${times}`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

async function documents() {
  const only = values.only === undefined ? undefined : Number(values.only);
  const { outcomes, slowest, untyped } = await fuzz(seed, count, only);
  for (const [code, times] of [...outcomes].toSorted(([, a], [, b]) => b - a))
    console.log(`${code.padEnd(16)} ${times}`);
  console.log(`slowest: mutation ${slowest.mutation}, ${slowest.ms} ms`);
  for (const { mutation, outcome } of untyped) console.log(`mutation ${mutation}: ${outcome}`);
  process.exitCode = untyped.length > 0 ? 1 : 0;
}
