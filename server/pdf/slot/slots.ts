import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Logger } from '../../log.ts';
import type { Claimant } from '../../owner.ts';
import { SlotHost } from './host.ts';
import { noSecondWall, type SecondWall } from './second-wall.ts';
import { removeStaleFolders } from './slot-folder.ts';
import { type Bounds, Line } from './line.ts';
import type { KeptRange, OpenedPass, Slot, SlotDocument, SlotPass } from './turn.ts';

export type { KeptRange, OpenedPass, Slot, SlotDocument, SlotPass };

/** Sandboxed child processes for all that touches the contents of users' documents. */
export interface Slots {
  /**
   * Waits for a free slot, gives it to `work` and wipes it afterwards. Aborting `signal` kills what runs in the slot; the
   * call rejects with the signal's reason when it is dead, or at once while it waits. Rejects with a plain Error where
   * the slot was lost: not the document's fault, another try can succeed; with RATE_LIMITED where too many wait.
   * @param claimant takes turns with the others; calls without one get slots in their order
   */
  use<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>, claimant?: Claimant): Promise<T>;
  /** @throws AppError RATE_LIMITED where `use` would at present */
  check(claimant: Claimant): void;
  /** As `use` where a slot is free at once, and none of those that wait for one is kept waiting; else undefined. */
  borrow<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> | undefined;
  /** Somebody waits for a slot: who has borrowed one should give it back soon. */
  readonly wanted: boolean;
  /** Slots at work. */
  readonly busy: number;
  /** One free slot, where there is one, has its child started: somebody is about to come. */
  warm(): void;
  /** So from now on, whether or not somebody comes. */
  keepWarm(): void;
  /** Ends all children; what runs or waits is rejected. */
  close(): Promise<void>;
}

const lookAgainMs = 5_000;

/**
 * @param options.dir where the slots have their folders; on the file system of the inputs, or these are copied
 * @param options.idleMs after which the child of a slot that nobody uses is ended
 */
export function createSlots(options: {
  size: number;
  /** Of the line for them; none, where they are not given. */
  bounds?: Bounds;
  dir: string;
  maxPages: number;
  log: Logger;
  entry?: URL;
  /** None, where it is not given. */
  second?: SecondWall;
  idleMs?: number;
}): Slots {
  const { size, bounds, maxPages, log, second = noSecondWall, idleMs = 300_000 } = options;
  const entry = options.entry ?? new URL('./process.ts', import.meta.url);
  const dir = resolve(options.dir);
  // Names that no other process has: several may share a folder.
  const hosts = Array.from(
    { length: size },
    () => new SlotHost({ path: join(dir, `slot-${randomUUID()}`), maxPages, log, entry, second }),
  );
  const free = [...hosts];
  let warming = false;
  const line = new Line<PromiseWithResolvers<SlotHost>>(bounds);
  const turns = new Set<Promise<unknown>>();
  const closed = new AbortController();
  const ready = removeStaleFolders(dir);
  ready.catch((error: unknown) => log.warn({ err: error }, 'slot folders'));

  function serve(): void {
    while (free.length > 0) {
      const next = line.next();
      if (!next) return;
      // The one that worked last is the warmest.
      next.item.resolve(free.pop()!);
      warmNext();
    }
  }

  function warm(): void {
    if (!closed.signal.aborted) free.at(-1)?.warm();
  }

  function warmNext(): void {
    if (warming) warm();
  }

  const looking = setInterval(() => {
    for (const host of hosts) host.touch();
    for (const host of free.slice(0, warming ? -1 : undefined)) host.rest(idleMs);
    // One that was killed while nobody used it is told by no turn that ends. Now and then, as it may not live long again.
    warmNext();
  }, lookAgainMs).unref();

  async function use<T>(
    signal: AbortSignal,
    work: (slot: Slot) => Promise<T>,
    claimant: Claimant | undefined,
  ): Promise<T> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<SlotHost>();
    const place = line.join(claimant, turn);
    const leave = (): void => {
      if (line.leave(place)) turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    serve();
    const host = await turn.promise.finally(() => signal.removeEventListener('abort', leave));
    try {
      await ready;
      return await host.use(signal, work);
    } finally {
      line.end(place);
      free.push(host);
      serve();
      warmNext();
    }
  }

  async function takeTurn<T>(
    signal: AbortSignal,
    work: (slot: Slot) => Promise<T>,
    claimant?: Claimant,
  ): Promise<T> {
    const turn = use(AbortSignal.any([signal, closed.signal]), work, claimant);
    turns.add(turn);
    try {
      return await turn;
    } finally {
      turns.delete(turn);
    }
  }

  return {
    use: takeTurn,
    check: (claimant) => line.check(claimant),
    borrow: (signal, work) => (free.length > 0 ? takeTurn(signal, work) : undefined),
    get wanted() {
      return line.length > 0;
    },
    get busy() {
      return size - free.length;
    },
    warm,
    keepWarm() {
      warming = true;
      warm();
    },
    async close() {
      clearInterval(looking);
      const reason = new Error('the slots are closed');
      closed.abort(reason);
      await Promise.allSettled(turns);
      await Promise.all(hosts.map((host) => host.close(reason)));
    },
  };
}
