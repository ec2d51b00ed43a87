/** Waits until an owner's other operations leave room for one that costs so much; returns what ends its turn. */
export type TakeTurn = (owner: string, cost: number) => Promise<() => void>;

/**
 * However many operations an owner sends at once, those in turn cost no more than one alone may: so the memory that
 * their answers take is bounded, and others are answered between them.
 */
export function createTurns(most: number): TakeTurn {
  const lines = new Map<string, Line>();

  return async (owner, cost) => {
    const line = lines.get(owner) ?? { taken: 0, waiting: [] };
    lines.set(owner, line);
    if (line.waiting.length === 0 && line.taken + cost <= most) line.taken += cost;
    else await new Promise<void>((start) => line.waiting.push({ cost, start }));
    return () => {
      line.taken -= cost;
      for (let next = line.waiting[0]; next && line.taken + next.cost <= most; next = line.waiting[0]) {
        line.waiting.shift();
        line.taken += next.cost;
        // Not in the same turn of the event loop, where nobody else would be heard.
        setImmediate(next.start);
      }
      if (line.taken === 0) lines.delete(owner);
    };
  };
}

interface Line {
  taken: number;
  waiting: { cost: number; start: () => void }[];
}
