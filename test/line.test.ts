import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../server/errors.ts';
import type { Claimant } from '../server/owner.ts';
import { type Bounds, Line, type Place } from '../server/pdf/slot/line.ts';

const owner = (subject: string, network?: string): Claimant => ({ issuer: 'test', subject, network });
const [a, b, c] = [owner('a'), owner('b'), owner('c')];

/** A line for `size` things, which are given out as soon as they are free. */
function serve(size: number, bounds?: Bounds) {
  const line = new Line<string>(bounds);
  const given: string[] = [];
  const held = new Map<string, Place<string>>();
  const places = new Map<string, Place<string>>();
  function give() {
    while (held.size < size) {
      const place = line.next();
      if (!place) return;
      given.push(place.item);
      held.set(place.item, place);
    }
  }
  return {
    given,
    join(claimant: Claimant, ...items: string[]) {
      for (const item of items) {
        places.set(item, line.join(claimant, item));
        give();
      }
    },
    leave: (item: string) => line.leave(places.get(item)!),
    /** Ends what runs, in the order in which it was given, until all have had their turn. */
    finish(atEnd: (item: string) => void = () => {}) {
      for (const item of given) {
        line.end(held.get(item)!);
        held.delete(item);
        atEnd(item);
        give();
      }
      return given.join(' ');
    },
  };
}

test('owners take turns, each from the oldest on, whatever their backlog', () => {
  const served = serve(1);
  served.join(a, 'a1', 'a2', 'a3', 'a4');
  served.join(b, 'b1', 'b2');
  served.join(c, 'c1');
  assert.equal(served.finish(), 'a1 b1 c1 a2 b2 a3 a4');
});

test('who holds fewest goes first', () => {
  const served = serve(2);
  served.join(a, 'a1', 'a2', 'a3', 'a4');
  served.join(b, 'b1', 'b2', 'b3');
  // After a1 it is for b, who has none; from then on each has one.
  assert.equal(served.finish(), 'a1 a2 b1 a3 b2 a4 b3');
});

test('one owner alone leaves its share free, for whoever comes', () => {
  const served = serve(2, { share: 1 });
  served.join(a, 'a1', 'a2', 'a3');
  assert.deepEqual(served.given, ['a1']);
  served.join(b, 'b1', 'b2');
  assert.deepEqual(served.given, ['a1', 'b1']);
  assert.equal(served.finish(), 'a1 b1 a2 b2 a3');
});

test('guests of one network have one turn among networks, and take turns within it', () => {
  const served = serve(1);
  served.join(owner('first', 'x'), 'x1');
  for (const guest of ['p', 'q', 'r']) served.join(owner(guest, 'x'), `${guest}1`, `${guest}2`);
  served.join(owner('s', 'y'), 's1', 's2');
  served.join(a, 'a1');
  assert.equal(served.finish(), 'x1 s1 a1 p1 s2 q1 r1 p2 q2 r2');
});

test('a line that is never empty serves everybody in the end', () => {
  const served = serve(1);
  served.join(a, 'a1', 'a2', 'a3');
  served.join(b, 'b1');
  // Somebody new at each end, and two at a time.
  let n = 0;
  const order = served.finish(() => {
    for (let i = 0; i < 2 && n < 20; i++) served.join(owner(`new ${n}`), `n${n++}`);
  });
  assert.match(order, /^a1 b1 a2 n0 n1 n2 n3 a3 /);
});

test('who has left is not served', () => {
  const served = serve(1);
  served.join(a, 'a1', 'a2');
  served.join(b, 'b1', 'b2');
  assert.equal(served.leave('b1'), true);
  assert.equal(served.leave('a1'), false, 'it has had its turn');
  assert.equal(served.finish(), 'a1 b2 a2');
});

test('the room is bounded, and shared', () => {
  const line = new Line<number>({ room: 12 });
  const join = (claimant: Claimant) => {
    try {
      return line.join(claimant, 0);
    } catch (error) {
      assert.ok(error instanceof AppError);
      assert.deepEqual([error.code, error.retryAfter], ['RATE_LIMITED', 10]);
      return undefined;
    }
  };
  const joined = (claimant: Claimant) => Array.from({ length: 20 }, () => join(claimant)).filter(Boolean);
  const own = joined(a);
  assert.deepEqual([own.length, joined(b).length, joined(c).length], [6, 3, 2]);
  assert.equal(joined(owner('d')).length, 1);
  assert.equal(line.length, 12);
  line.leave(own[0]!);
  assert.equal(joined(a).length, 0);
  assert.equal(joined(owner('e')).length, 1);
});
