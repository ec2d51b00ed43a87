import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProgressView } from '../helpers/client.ts';
import { createChecker } from './checker.ts';
import { createTally, type Violation } from './tally.ts';

/** A payload as the service sends it, with these milestones; the last one's `seq` is the job's. */
function payload(seqs: number[], percent: number, state = 'RUNNING', seq = seqs.at(-1)): ProgressView {
  const outputs = state === 'COMPLETED' ? [{ url: '/files/1', sha256: '' }] : [];
  const events = seqs.map((n) => ({ seq: n, type: 'STAGE', message: '' }));
  return { seq, job: { seq, state, progress: { percent }, outputs }, events } as unknown as ProgressView;
}

const good = [
  payload([1, 2], 0),
  payload([], 10, 'RUNNING', 2),
  payload([3], 10),
  payload([4], 100, 'COMPLETED'),
];

/** The same stream with something wrong in it, and what that is. */
const streams: [string, ProgressView[], Partial<Record<Violation, number>>][] = [
  ['as it should be', good, {}],
  ['a milestone is missing', good.toSpliced(2, 1), { 'milestones lost': 1 }],
  ['a milestone comes twice', good.toSpliced(3, 0, payload([3], 10)), { 'milestones doubled': 1 }],
  [
    'two milestones change places',
    [payload([2, 1], 0)],
    { 'milestones lost': 1, 'milestones out of order': 1, 'snapshot not consistent': 1 },
  ],
  ['the percent goes back', good.toSpliced(2, 1, payload([3], 9)), { 'percent went back': 1 }],
  ['the job is ahead of its timeline', [payload([1], 0, 'RUNNING', 2)], { 'snapshot not consistent': 1 }],
  [
    'a hundred percent before the end',
    good.toSpliced(2, 1, payload([3], 100)),
    { 'snapshot not consistent': 1 },
  ],
  ['a finished job opens again', [...good, payload([5], 100, 'FAILED')], { 'snapshot not consistent': 2 }],
];

for (const [what, payloads, expected] of streams)
  test(`chaos counts what is wrong with a stream: ${what}`, (t) => {
    t.mock.method(console, 'error', () => {});
    const tally = createTally();
    const checker = createChecker('job', tally);
    for (const update of payloads) checker.check(update);
    const found = Object.entries(tally.violations).filter(([, count]) => count > 0);
    assert.deepEqual(Object.fromEntries(found), expected);
    assert.equal(tally.broken, found.length > 0);
    assert.equal(tally.counts.payloads, payloads.length);
  });

test('chaos counts a stream that completes before its job has ended', (t) => {
  t.mock.method(console, 'error', () => {});
  const tally = createTally();
  const checker = createChecker('job', tally);
  checker.check(payload([1], 0));
  checker.complete();
  assert.equal(tally.violations['stream completed before the end'], 1);
});
