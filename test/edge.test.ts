import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzEdge } from './edge/fuzz-edge.ts';
import { requests } from './edge/requests.ts';

const seed = 20_261_128;
const count = 400;

test('requests of every kind that break off at any byte leave nothing behind and harm nobody', async (t) => {
  t.diagnostic(`seed ${seed}, ${count} requests; more: npm run fuzz -- edge --count 5000 --seed 7`);
  const { kinds, faults } = await fuzzEdge(seed, count);
  assert.deepEqual(faults, []);
  assert.deepEqual([...kinds.keys()].toSorted(), Object.keys(requests).toSorted());
});
