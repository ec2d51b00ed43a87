import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './hostile/fuzz.ts';

const seed = 20_261_125;
const count = 200;

test('documents with damage by chance are refused with a type, or done with a result that can be read', async (t) => {
  t.diagnostic(`seed ${seed}, ${count} mutations; more: npm run fuzz -- --count 2000 --seed 7`);
  const { outcomes, slowest, untyped } = await fuzz(seed, count);
  t.diagnostic(`${[...outcomes].join(' ')}; slowest ${slowest.ms} ms`);
  assert.deepEqual(untyped, []);
  assert.ok((outcomes.get('OK') ?? 0) > count / 2, 'the damage is so great that nothing is tried');
  assert.ok(slowest.ms < 30_000);
});
