/** What was seen, and which promises were not kept. */
export interface Tally {
  readonly counts: Record<(typeof countKinds)[number], number>;
  readonly violations: Record<Violation, number>;
  /** By the kind of fault: how long each took to mend, in milliseconds, see `Users.untilRight`. */
  readonly faults: Map<string, number[]>;
  /** Notes a broken promise, and says on the console where. */
  violate(kind: Violation, detail: string): void;
  readonly broken: boolean;
}

const countKinds = [
  'jobs',
  'completed',
  'canceled',
  'failed: disk full',
  'failed: given up after three losses',
  'attempts lost or put back',
  'streams',
  'reconnects',
  'payloads',
  'milestones',
] as const;

export const violationKinds = [
  'milestones lost',
  'milestones doubled',
  'milestones out of order',
  'percent went back',
  'snapshot not consistent',
  'stream completed before the end',
  'process crashed by itself',
  'not right again within a minute',
  'job stuck',
  'job run twice to a result',
  'job failed for no reason',
  'result damaged',
] as const;
export type Violation = (typeof violationKinds)[number];

export function createTally(): Tally {
  const violations = zeros(violationKinds);
  return {
    counts: zeros(countKinds),
    violations,
    faults: new Map(),
    violate(kind, detail) {
      violations[kind]++;
      console.error(`VIOLATION ${kind}: ${detail}`);
    },
    get broken() {
      return violationKinds.some((kind) => violations[kind] > 0);
    },
  };
}

function zeros<K extends string>(kinds: readonly K[]): Record<K, number> {
  return Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<K, number>;
}
