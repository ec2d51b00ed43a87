import type { Logger } from '../../log.ts';
import { type Needs, SlotChild } from './child.ts';
import { slotFolder, type SlotFolder } from './slot-folder.ts';
import { residentBytes } from './memory.ts';
import type { SecondWall } from './second-wall.ts';
import { type Slot, startTurn } from './turn.ts';

/** A fresh heap now and then, whatever leaks. To start one costs as much as some hundred small jobs. */
const jobsPerChild = 3_000;
/** A child that stays larger than this between jobs, in bytes, would have its past counted against the next one. */
const leanBytes = 200 * 2 ** 20;
const tidyMs = 2_000;

export interface SlotOptions {
  /** The slot's own folder, absolute. */
  path: string;
  maxPages: number;
  log: Logger;
  /** What the child runs. */
  entry: URL;
  second: SecondWall;
}

/** One place to work: a folder, and a child process that is started on demand, kept warm, and replaced when spoiled. */
export class SlotHost {
  readonly #options: SlotOptions;
  readonly #folder: SlotFolder;
  #child: SlotChild | undefined;
  #jobs = 0;
  /** Or made ready for use. */
  #usedAt = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#folder = slotFolder(options.path);
  }

  /** Gives `work` its turn, one at a time; as `Slots.use`. */
  async use<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    const turn = startTurn({
      signal,
      folder: this.#folder,
      maxPages: this.#options.maxPages,
      child: () => this.#child,
      childFor: (needs) => this.#childFor(needs),
    });
    const aborted = Promise.withResolvers<never>();
    // An abort while the folder is made has nobody listening yet, and an unheard rejection ends the process.
    aborted.promise.catch(() => {});
    const stop = (): void => void this.kill(signal.reason).then(() => aborted.reject(signal.reason));
    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#folder.make();
      return await Promise.race([work(turn.slot), aborted.promise]);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', stop);
      const ended = turn.end();
      if (this.#child?.busy) await this.kill(new Error('the turn is over'));
      await ended;
      await this.#tidy();
    }
  }

  /** Starts the child that an ordinary job needs, so that the next one finds it there. */
  warm(): void {
    if (!this.#child || this.#child.spoiled) this.#start({ memory: 0, addons: false });
  }

  /** Ends the child if it has been idle for so many milliseconds: it takes as much memory as all else. */
  rest(idleMs: number): void {
    if (performance.now() - this.#usedAt >= idleMs) void this.kill(new Error('idle'));
  }

  /** Says that its folder is in use, however long nothing is put into it. */
  touch(): void {
    this.#folder.touch();
  }

  /** Ends the child at once, if there is one; what it was asked is rejected with the reason. */
  async kill(reason: unknown): Promise<void> {
    await this.#child?.kill(reason);
  }

  /** Ends it for good. */
  async close(reason: unknown): Promise<void> {
    await this.kill(reason);
    await this.#folder.remove();
  }

  async #childFor(needs: Needs): Promise<SlotChild> {
    if (this.#child?.suffices(needs)) return this.#child;
    await this.kill(new Error('replaced'));
    return this.#start(needs);
  }

  #start(needs: Needs): SlotChild {
    const { path, entry, second, log } = this.#options;
    this.#jobs = 0;
    this.#folder.make();
    this.#usedAt = performance.now();
    return (this.#child = new SlotChild({ entry, folder: path, second, needs, log }));
  }

  /** Nothing of a job reaches the next one. */
  async #tidy(): Promise<void> {
    this.#jobs += 1;
    this.#usedAt = performance.now();
    if (!(await this.#isReusable())) await this.kill(new Error('recycled'));
    await this.#folder.clear();
  }

  async #isReusable(): Promise<boolean> {
    const child = this.#child;
    if (!child || child.spoiled || this.#jobs >= jobsPerChild) return false;
    try {
      if (!child.clear) await child.ask({ do: 'clear' }, { ms: tidyMs, memory: Infinity });
    } catch {
      return false;
    }
    return ((child.pid && (await residentBytes(child.pid))) ?? 0) <= leanBytes;
  }
}
