import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { paces } from '../db/tables.ts';
import type { Logger } from '../log.ts';
import { transformOf } from '../pdf/passes/plan-passes.ts';
import type { BoundStep } from '../pdf/model/step.ts';

export type Phase = 'load' | 'range' | 'write';

/** How long phases of work really take beside what is expected of them, learnt from finished ones by all workers. */
export interface Paces {
  of(calls: readonly BoundStep[], phase: Phase): Pace;
  /** Tells what a phase took. */
  learn(calls: readonly BoundStep[], phase: Phase, expectedMs: number, tookMs: number): void;
  /** Reads what other workers have learnt. */
  refresh(): Promise<void>;
}

export interface Pace {
  /** Real milliseconds for each expected one. */
  factor: number;
  /** Enough were alike to tell a person when one will end. */
  sure: boolean;
}

export function createPaces(db: Db, log: Logger): Paces {
  let known = new Map<string, typeof paces.$inferSelect>();
  return {
    of(calls, phase) {
      const row = known.get(keyOf(calls, phase));
      if (!row) return { factor: 1, sure: false };
      const alike = Math.sqrt(row.variance) <= mostSpread;
      return { factor: Math.exp(row.mean), sure: row.count >= leastCount && alike };
    },
    learn(calls, phase, expectedMs, tookMs) {
      if (tookMs < leastMs || expectedMs <= 0) return;
      // Of the logarithm: twice as long and half as long are equally far off.
      const seen = Math.log(tookMs / expectedMs);
      const off = sql`${seen}::float8 - paces.mean`;
      db.insert(paces)
        .values({ key: keyOf(calls, phase), mean: seen, variance: 0, count: 1 })
        .onConflictDoUpdate({
          target: paces.key,
          set: {
            mean: sql`paces.mean + ${share} * (${off})`,
            variance: sql`(1 - ${share}) * (paces.variance + ${share} * (${off}) ^ 2)`,
            count: sql`paces.count + 1`,
          },
        })
        .catch((error: unknown) => log.warn({ err: error }, 'the pace of a phase could not be noted'));
    },
    async refresh() {
      known = new Map((await db.select().from(paces)).map((row) => [row.key, row]));
    },
  };
}

/** Below that it is start-up and chance, and nobody waits for it. */
const leastMs = 100;
const leastCount = 5;
/** About a third more or less, most of the time. */
const mostSpread = 0.3;
/** Of the newest in the running mean. */
const share = sql.raw('0.2::float8');

function keyOf(calls: readonly BoundStep[], phase: Phase): string {
  return `${transformOf(calls) ? calls[0]?.name : 'pages'} ${phase}`;
}
