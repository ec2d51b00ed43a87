import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Logger } from '../../log.ts';
import { SlotHost } from './host.ts';
import { removeStaleFolders } from './folder.ts';
import type { OpenedPass, Slot, SlotDocument, SlotPass } from './turn.ts';

export type { OpenedPass, Slot, SlotDocument, SlotPass };

/** Sandboxed child processes for all that touches the contents of users' documents. */
export interface Slots {
  /**
   * Waits for a free slot, in the order of the calls, gives it to `work` and wipes it afterwards. Aborting `signal` kills
   * what runs in the slot; the call rejects with the signal's reason when it is dead, or at once while it waits.
   * Rejects with a plain Error where the slot was lost: not the document's fault, another try can succeed.
   */
  use<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T>;
  /** As `use` where a slot is free at once, and none of those that wait for one is kept waiting; else undefined. */
  borrow<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> | undefined;
  /** Somebody waits for a slot: who has borrowed one should give it back soon. */
  readonly wanted: boolean;
  /** Slots at work. */
  readonly busy: number;
  /** Ends all children; what runs or waits is rejected. */
  close(): Promise<void>;
}

/** @param options.dir where the slots have their folders; on the file system of the inputs, or these are copied */
export function createSlots(options: {
  size: number;
  dir: string;
  maxPages: number;
  log: Logger;
  entry?: URL;
}): Slots {
  const { size, maxPages, log, entry = new URL('./process.ts', import.meta.url) } = options;
  const dir = resolve(options.dir);
  // Names that no other process has: several may share a folder.
  const hosts = Array.from(
    { length: size },
    () => new SlotHost({ path: join(dir, `slot-${randomUUID()}`), maxPages, log, entry }),
  );
  const free = [...hosts];
  const waiting = new Set<PromiseWithResolvers<SlotHost>>();
  const turns = new Set<Promise<unknown>>();
  const closed = new AbortController();
  const ready = removeStaleFolders(dir);
  ready.catch((error: unknown) => log.warn({ err: error }, 'slot folders'));

  async function acquire(signal: AbortSignal): Promise<SlotHost> {
    signal.throwIfAborted();
    // The one that worked last is the warmest.
    const host = free.pop();
    if (host) return host;
    const turn = Promise.withResolvers<SlotHost>();
    const leave = (): void => {
      if (waiting.delete(turn)) turn.reject(signal.reason);
    };
    waiting.add(turn);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await turn.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  function release(host: SlotHost): void {
    const [next] = waiting;
    if (!next) {
      free.push(host);
      return;
    }
    waiting.delete(next);
    next.resolve(host);
  }

  async function use<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    const host = await acquire(signal);
    try {
      await ready;
      return await host.use(signal, work);
    } finally {
      release(host);
    }
  }

  async function takeTurn<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    const turn = use(AbortSignal.any([signal, closed.signal]), work);
    turns.add(turn);
    try {
      return await turn;
    } finally {
      turns.delete(turn);
    }
  }

  return {
    use: takeTurn,
    borrow: (signal, work) => (free.length > 0 ? takeTurn(signal, work) : undefined),
    get wanted() {
      return waiting.size > 0;
    },
    get busy() {
      return size - free.length;
    },
    async close() {
      const reason = new Error('the slots are closed');
      closed.abort(reason);
      await Promise.allSettled(turns);
      await Promise.all(hosts.map((host) => host.kill(reason)));
    },
  };
}
