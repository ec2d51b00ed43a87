import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive } from './helpers/process.ts';
import { until } from './helpers/wait.ts';
import { bench, commit, patient, rogue } from './helpers/slots.ts';

test('Jobs get slots in the order in which they asked', async (t) => {
  const { slots } = await bench(t, { size: 2, entry: rogue });
  const started: number[] = [];
  const gates = Array.from({ length: 6 }, () => Promise.withResolvers<void>());
  const jobs = gates.map((gate, index) =>
    slots.use(patient(), async () => {
      started.push(index);
      await gate.promise;
    }),
  );
  assert.equal(slots.busy, 2);
  for (const [index, gate] of gates.entries()) {
    await until('both slots are at work', () => started.length >= Math.min(index + 2, gates.length));
    gate.resolve();
    await jobs[index];
  }
  // The first two have a slot each at once, and make its folder side by side.
  assert.deepEqual(
    started.slice(0, 2).toSorted((a, b) => a - b),
    [0, 1],
  );
  assert.deepEqual(started.slice(2), [2, 3, 4, 5]);
  assert.equal(slots.busy, 0);
});

test('A job that is given up while it waits leaves the queue at once', async (t) => {
  const { slots } = await bench(t, { entry: rogue });
  const gate = Promise.withResolvers<void>();
  const first = slots.use(patient(), () => gate.promise);
  const controller = new AbortController();
  const second = slots.use(controller.signal, () => assert.fail('it was given up'));
  const third = slots.use(patient(), async () => 'its turn');
  controller.abort(new Error('given up'));
  await assert.rejects(second, /given up/);
  gate.resolve();
  await first;
  assert.equal(await third, 'its turn');
  await assert.rejects(
    slots.use(controller.signal, async () => 'never'),
    /given up/,
  );
});

test('A child is kept warm from job to job', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const pids = new Set<number | undefined>();
  for (let job = 0; job < 5; job += 1) {
    await slots.use(patient(), async (slot) => {
      await commit(slot, input, 'readInput');
      pids.add(slot.pid);
    });
  }
  assert.equal(pids.size, 1);
});

test('A job that leaves its slot in the midst of a call does not leave that to the next one', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  let left: Promise<unknown> | undefined;
  await slots.use(patient(), async (slot) => {
    await commit(slot, input, 'environment');
    left = assert.rejects(commit(slot, input, 'hang'), /turn is over|another job/);
  });
  await left;
  assert.equal(await slots.use(patient(), (slot) => commit(slot, input, 'readInput')), 'x');
});

test('A slot does one thing at a time', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const both = slots.use(patient(), (slot) =>
    Promise.all([commit(slot, input, 'readInput'), commit(slot, input, 'readInput')]),
  );
  await assert.rejects(both, /one thing at a time|EEXIST/);
});

test('Closing the slots rejects what runs and what waits', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const ready = Promise.withResolvers<void>();
  const running = slots.use(patient(), async (slot) => {
    await commit(slot, input, 'environment');
    ready.resolve();
    await commit(slot, input, 'hang');
  });
  const waiting = slots.use(patient(), async () => {});
  await ready.promise;
  await Promise.all([
    assert.rejects(running, /slots are closed/),
    assert.rejects(waiting, /slots are closed/),
    slots.close(),
  ]);
  await assert.rejects(
    slots.use(patient(), async () => {}),
    /slots are closed/,
  );
});

test('With slots kept warm the next job finds a child that runs, also after one that was lost', async (t) => {
  const { slots, file } = await bench(t, { size: 2, entry: rogue });
  const pid = () => slots.use(patient(), async (slot) => slot.pid);
  assert.equal(await pid(), undefined);
  slots.keepWarm();
  const first = await until('a child runs', pid);
  await slots.use(patient(), async (slot) => {
    assert.equal(slot.pid, first);
    assert.notEqual(await until('while one is at work the other is started', pid), first);
  });
  const input = await file('input.pdf', 'x');
  await assert.rejects(
    slots.use(patient(), (slot) => commit(slot, input, 'exit')),
    /slot ended with code 7/,
  );
  await until('a child runs', pid);
});

test('A warm slot that is killed while nobody uses it is soon warm again', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { slots } = await bench(t, { entry: rogue });
  const pid = () => slots.use(patient(), async (slot) => slot.pid);
  slots.keepWarm();
  const first = await until('a child runs', pid);
  process.kill(first, 'SIGKILL');
  await until('it is gone', () => !isAlive(first));
  t.mock.timers.tick(5_000);
  assert.notEqual(await until('another runs', pid), first);
});

test('Children that nobody uses are ended after a while, but the one that is kept warm', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { slots, file } = await bench(t, { size: 2, entry: rogue, idleMs: 0 });
  const input = await file('input.pdf', 'x');
  const work = () =>
    slots.use(patient(), async (slot) => {
      await commit(slot, input, 'readInput');
      return slot.pid!;
    });
  const both = await Promise.all([work(), work()]);
  slots.keepWarm();
  t.mock.timers.tick(5_000);
  await until('one is gone', () => both.filter(isAlive).length === 1);
  assert.deepEqual([await work()], both.filter(isAlive));
});

test('A child that is not kept warm is there for who was expected', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { slots } = await bench(t, { entry: rogue, idleMs: 0 });
  const pid = () => slots.use(patient(), async (slot) => slot.pid);
  slots.warm();
  const first = await until('a child runs', pid);
  t.mock.timers.tick(5_000);
  await until('it is gone', () => !isAlive(first));
  slots.warm();
  assert.notEqual(await until('another runs', pid), first);
});
