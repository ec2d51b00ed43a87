import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Bounds } from '../../server/pdf/slot/line.ts';
import { createSlots, type KeptRange, type Slot, type Slots } from '../../server/pdf/slot/slots.ts';
import { findSecondWall, type SecondWall } from '../../server/pdf/slot/second-wall.ts';
import type { BoundStep } from '../../server/pdf/model/step.ts';
import { stepOf } from '../../server/pdf/registry.ts';

export const rogue = new URL('../fixtures/slot-rogue.ts', import.meta.url);

export interface Bench {
  slots: Slots;
  /** Where the slots have their folders. */
  dir: string;
  /** Writes a file beside them; returns its path. */
  file(name: string, bytes: Buffer | string): Promise<string>;
}

/** Slots of their own for a test, gone with it; behind a second wall where there can be one. */
export async function bench(
  t: TestContext,
  options: { size?: number; entry?: URL; bounds?: Bounds; idleMs?: number; second?: SecondWall } = {},
): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), 'octavo-slots-'));
  const dir = join(home, 'slots');
  const log = pino({ level: 'silent' });
  const second = await findSecondWall('auto');
  const slots = createSlots({ size: 1, dir, maxPages: 20_000, log, second, ...options });
  t.after(async () => {
    await slots.close();
    await rm(home, { recursive: true, force: true });
  });
  return {
    slots,
    dir,
    async file(name, bytes) {
      const path = join(home, name);
      await writeFile(path, bytes);
      return path;
    },
  };
}

export const fixed = { date: '2026-01-01T00:00:00.000Z', id: 'job-1' };

/** Has the rogue do one deed; resolves with what came of it, or the code it was refused with. */
export async function commit(
  slot: Slot,
  source: string,
  deed: string,
  path = '',
  onBegin: () => void = () => {},
): Promise<string> {
  const calls = [deedOf(deed, path)];
  const { warnings } = await slot.open({ sources: [{ name: 'a.pdf', path: source }], calls, fixed }, onBegin);
  return warnings[0] ?? '';
}

/** What only the rogue can do, as if it were a step. */
export function deedOf(name: string, path = ''): BoundStep {
  return { name, options: { path }, step: stepOf({ name: 'rotate' }) };
}

export const patient = (): AbortSignal => new AbortController().signal;

/** Has pages worked out, and takes what came of it from the slot before the next call, as a worker does. */
export async function keepRange(slot: Slot, first: number, last: number): Promise<KeptRange> {
  const range = await slot.range(first, last);
  if (range.few !== null) return range;
  const path = `${range.path}-${first}`;
  await rename(range.path, path);
  return { ...range, path };
}
