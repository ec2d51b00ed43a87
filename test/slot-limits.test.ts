import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { AppError, type ErrorCode } from '../server/errors.ts';
import { bench, commit, deedOf, fixed, patient, rogue } from './helpers/slots.ts';
import { isAlive } from './helpers/process.ts';
import { until } from './helpers/wait.ts';

const fails = (code: ErrorCode) => (error: unknown) => error instanceof AppError && error.code === code;

/** No AppError: the worker counts it as an interruption. */
const interrupted = (words: RegExp) => (error: unknown) =>
  error instanceof Error && !(error instanceof AppError) && words.test(error.message);

for (const deed of ['eat', 'eatAtOnce', 'eatHeap']) {
  test(`A slot that takes too much memory (${deed}) is ended with a type; its neighbour works on`, async (t) => {
    const { slots, file } = await bench(t, { size: 2, entry: rogue });
    const input = await file('input.pdf', 'x');
    await slots.use(patient(), async (neighbour) => {
      await commit(neighbour, input, 'readInput');
      const before = neighbour.pid;
      const glutton = slots.use(patient(), (slot) => commit(slot, input, deed));
      await assert.rejects(glutton, fails('MEMORY_LIMIT'));
      assert.equal(await commit(neighbour, input, 'readInput'), 'x');
      assert.equal(neighbour.pid, before);
    });
    assert.equal(await slots.use(patient(), (slot) => commit(slot, input, 'readInput')), 'x');
  });
}

test('A slot that hangs in a loop is ended after 10 s with a type, and replaced', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const start = performance.now();
  await assert.rejects(
    slots.use(patient(), (slot) => commit(slot, input, 'hang')),
    fails('TIME_LIMIT'),
  );
  assert.ok(performance.now() - start < 15_000);
  assert.equal(await slots.use(patient(), (slot) => commit(slot, input, 'readInput')), 'x');
});

test('A slot killed from outside is an interruption, and is replaced', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const lost = slots.use(patient(), async (slot) => {
    await commit(slot, input, 'environment');
    const { pid } = slot;
    await commit(slot, input, 'hang', '', () => process.kill(pid!, 'SIGKILL'));
  });
  await assert.rejects(lost, interrupted(/slot lost/));
  assert.equal(await slots.use(patient(), (slot) => commit(slot, input, 'readInput')), 'x');
});

test('A slot killed while it waits for work is replaced before anyone notices', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const pid = await slots.use(patient(), async (slot) => {
    await commit(slot, input, 'readInput');
    return slot.pid!;
  });
  process.kill(pid, 'SIGKILL');
  await until('the child is gone', () => !isAlive(pid));
  assert.equal(await slots.use(patient(), (slot) => commit(slot, input, 'readInput')), 'x');
});

test('An abort ends what runs in a slot within half a second, whatever it does, with the reason', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  for (const deed of ['hang', 'silence']) {
    const controller = new AbortController();
    const reason = new Error('canceled');
    let pid = 0;
    let abortedAt = 0;
    const work = slots.use(controller.signal, async (slot) => {
      await commit(slot, input, 'environment');
      pid = slot.pid!;
      const hanging = commit(slot, input, deed);
      abortedAt = performance.now();
      controller.abort(reason);
      await hanging;
    });
    await assert.rejects(work, reason);
    assert.ok(performance.now() - abortedAt < 500);
    assert.ok(!isAlive(pid));
    assert.equal(slots.busy, 0);
    assert.equal(await slots.use(patient(), (slot) => commit(slot, input, 'readInput')), 'x');
  }
});

test('An abort frees the slot though the work itself goes on, which can then do nothing in it', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  const controller = new AbortController();
  const late = Promise.withResolvers<void>();
  let result: Promise<string> | undefined;
  const work = slots.use(controller.signal, async (slot) => {
    controller.abort(new Error('canceled'));
    await late.promise;
    result = commit(slot, input, 'readInput');
    await result;
  });
  await assert.rejects(work, /canceled/);
  late.resolve();
  await until('the late work asked', () => result !== undefined);
  await assert.rejects(result!, /canceled/);
});

test('A slot that answers what nobody asked, or nonsense, is ended', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  for (const deed of ['lie', 'answerOther', 'nonsense', 'noJson', 'internals', 'endless', 'nested']) {
    const rejected = slots.use(patient(), (slot) => commit(slot, input, deed));
    await assert.rejects(rejected, interrupted(/malformed/), deed);
  }
});

for (const deed of ['flood', 'chatter']) {
  test(`A slot that keeps its host from work (${deed}) is ended before it is heard much`, async (t) => {
    const { slots, file } = await bench(t, { entry: rogue });
    const input = await file('input.pdf', 'x');
    let heard = 0;
    const job = { sources: [{ name: 'a.pdf', path: input }], calls: [deedOf(deed)], fixed };
    const rejected = slots.use(patient(), (slot) => slot.open(job, () => void (heard += 1)));
    await assert.rejects(rejected, interrupted(/malformed/));
    assert.ok(heard < 5_000, `${heard} reports`);
  });
}

for (const deed of ['largeFiles', 'manyFiles']) {
  test(`A slot that writes too much (${deed}) is ended with a type`, async (t) => {
    const { slots, file } = await bench(t, { entry: rogue });
    const input = await file('input.pdf', 'x');
    await assert.rejects(
      slots.use(patient(), (slot) => commit(slot, input, deed)),
      fails('LIMIT_EXCEEDED'),
    );
  });
}

test('A bug in the engine, and an exit, are interruptions, and the child is replaced', async (t) => {
  const { slots, file } = await bench(t, { entry: rogue });
  const input = await file('input.pdf', 'x');
  let pid: number | undefined;
  const crash = slots.use(patient(), async (slot) => {
    await commit(slot, input, 'environment');
    pid = slot.pid;
    await commit(slot, input, 'crash');
  });
  await assert.rejects(crash, interrupted(/slot failed at open/));
  const exit = slots.use(patient(), async (slot) => {
    await commit(slot, input, 'environment');
    assert.notEqual(slot.pid, pid);
    await commit(slot, input, 'exit');
  });
  await assert.rejects(exit, interrupted(/ended with code 7/));
});

for (const deed of ['hang', 'silence']) {
  test(`A slot in the midst of ${deed} dies with a parent that is killed`, async (t) => {
    const { dir, file } = await bench(t);
    const input = await file('input.pdf', 'x');
    const owner = fork(new URL('./fixtures/slot-owner.ts', import.meta.url), [`${dir}-other`, input, deed]);
    const [pid] = (await once(owner, 'message')) as [number];
    assert.ok(isAlive(pid));
    owner.kill('SIGKILL');
    await until('the child is gone', () => !isAlive(pid));
  });
}
