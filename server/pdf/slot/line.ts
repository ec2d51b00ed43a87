import { AppError } from '../../errors.ts';
import { type Claimant, ownerHash } from '../../owner.ts';

/** A place in a line, and then in what was waited for. */
export interface Place<T> {
  readonly item: T;
  /** Of the claimant's network and of the owner. */
  readonly keys: readonly [string, string];
  /** By the line's own clock. */
  readonly joined: number;
}

export interface Bounds {
  /** What one owner may hold at once. */
  share?: number;
  /** How many may wait; of one owner, as many as there are places left. */
  room?: number;
}

/**
 * A fair line for something that there is little of. The next one is of the network that holds fewest, then of the one
 * that has waited longest since it held any; within it of the owner who does, and then the oldest. `jobs/turns.ts` has
 * the same order for jobs.
 */
export class Line<T> {
  readonly #room: number;
  readonly #share: number;
  readonly #waiting = new Set<Place<T>>();
  readonly #held = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  #clock = 0;

  constructor({ share = Infinity, room = Infinity }: Bounds = {}) {
    this.#share = share;
    this.#room = room;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.size;
  }

  /** @throws AppError RATE_LIMITED where `join` would */
  check(claimant: Claimant | undefined): void {
    const [, owner] = keysOf(claimant);
    const own = [...this.#waiting].filter(({ keys }) => keys[1] === owner).length;
    // Half the room for one who is alone; and some is always left for who has none in the line.
    if (own >= this.#room - this.#waiting.size)
      throw new AppError(
        'RATE_LIMITED',
        `Too many files wait to be looked at. Try again in ${retryAfter} s.`,
        { retryAfter },
      );
  }

  /** Claimants that are undefined share one turn. @throws AppError RATE_LIMITED */
  join(claimant: Claimant | undefined, item: T): Place<T> {
    this.check(claimant);
    const place = { item, keys: keysOf(claimant), joined: ++this.#clock };
    this.#waiting.add(place);
    return place;
  }

  /** Whether it was still waiting. */
  leave(place: Place<T>): boolean {
    return this.#waiting.delete(place);
  }

  /** Whose turn it is; holds until `end`. Undefined where nobody waits, or all who do hold their share. */
  next(): Place<T> | undefined {
    const since = this.#waitingSince();
    const held = (key: string) => this.#held.get(key) ?? 0;
    const rank = ({ keys, joined }: Place<T>) => [
      ...keys.flatMap((key) => [held(key), since.get(key) ?? 0]),
      joined,
    ];
    const [next] = [...this.#waiting]
      .filter(({ keys: [, owner] }) => held(owner) < this.#share)
      .map((place) => ({ place, rank: rank(place) }))
      .toSorted((a, b) => compare(a.rank, b.rank));
    if (!next) return undefined;
    this.#waiting.delete(next.place);
    for (const key of next.place.keys) this.#held.set(key, held(key) + 1);
    return next.place;
  }

  end({ keys }: Place<T>): void {
    this.#clock += 1;
    for (const key of keys) {
      const left = (this.#held.get(key) ?? 0) - 1;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
      this.#ended.set(key, this.#clock);
    }
  }

  /** For each key since when it waits: the first that is in the line, or the last end after that. */
  #waitingSince(): Map<string, number> {
    const since = new Map<string, number>();
    for (const { keys, joined } of this.#waiting)
      for (const key of keys)
        if (!since.has(key)) since.set(key, Math.max(joined, this.#ended.get(key) ?? 0));
    // Who comes back later has joined after that end.
    for (const key of this.#ended.keys()) if (!since.has(key)) this.#ended.delete(key);
    return since;
  }
}

/** Seconds. */
const retryAfter = 10;

function keysOf(claimant: Claimant | undefined): [string, string] {
  const owner = claimant ? ownerHash(claimant) : '';
  return [`network ${claimant?.network ?? owner}`, `owner ${owner}`];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
