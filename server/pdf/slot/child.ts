import { constants } from 'node:os';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { OnProgress } from '../model/pass.ts';
import { receive, send } from './channel.ts';
import { diskFull, outOfMemory, outOfRoom, outOfTime } from './failure.ts';
import { type Launched, launchSlot } from './launch.ts';
import { residentBytes, wallFor } from './memory.ts';
import { type Answers, answers, message, type Request } from './messages.ts';
import { isDiskLow, isOverfull } from './room.ts';
import type { SecondWall } from './second-wall.ts';

const pollEveryMs = 50;
const pollRoomEveryMs = 2_000;
/** Twice that, and a little, is what a document that never ends can take: it is tried once more. */
const silenceMs = 13_000;
/** What a child may tell in one call; it reports 20 times a second, and libraries warn of what they find. */
const mostReports = (ms: number): number => 1_000 + ms / 10;
/** Bytes of one message; the longest honest ones tell of a thousand results, about a megabyte. */
const longestMessage = 8 * 2 ** 20;
const mostWords = 16 * 2 ** 20;

/** What a call may use; the host watches from outside, as the child may be stuck. */
export interface Allowance {
  /** Milliseconds until the answer. */
  ms: number;
  /** Bytes of resident memory. */
  memory: number;
}

/** What a child must have been started with; it keeps it for life. */
export interface Needs {
  /** Bytes of resident memory. */
  memory: number;
  /** May load native code. */
  addons: boolean;
}

interface Call {
  id: number;
  request: Request;
  startedAt: number;
  reports: number;
  onReport: OnProgress | undefined;
  silence: NodeJS.Timeout;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The host's end of one child process, which answers one call at a time. */
export class SlotChild {
  readonly #wall: number;
  readonly #addons: boolean;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Not to be given another job. */
  spoiled = false;
  /** Holds nothing of a job. */
  clear = true;
  readonly #launched: Launched;
  readonly #log: Logger;
  readonly #folder: string;
  #call: Call | undefined;
  #calls = 0;
  #killed: { reason: unknown } | undefined;
  #dead = false;
  #lastWords = '';
  #words = 0;

  constructor(options: { entry: URL; folder: string; second: SecondWall; needs: Needs; log: Logger }) {
    this.#wall = wallFor(options.needs.memory);
    this.#addons = options.needs.addons;
    this.#folder = options.folder;
    const may = { wall: this.#wall, addons: this.#addons };
    this.#launched = launchSlot(options.entry, options.folder, options.second, may);
    const { process } = this.#launched;
    this.#log = options.log.child({ slot: process.pid });
    this.gone = new Promise((resolve) => {
      const end = (error: unknown): void => {
        this.#dead = true;
        this.spoiled = true;
        this.#call?.reject(this.#killed ? this.#killed.reason : error);
        resolve();
      };
      process.once('exit', (code, signal) => {
        if (!this.#killed) this.#log.warn({ code, signal, stderr: this.#lastWords }, 'slot ended by itself');
        end(explainExit(code, signal));
      });
      // Could not be started, or not be sent to: in the latter case `exit` follows.
      process.once('error', (error) => process.pid === undefined && end(error));
    });
    const { stdin, stdout, stderr } = process;
    // Where it cannot be written to, the child is ending, and `exit` rejects what it was asked.
    stdin.on('error', () => {});
    receive(
      stdout,
      (raw) => this.#receive(raw),
      (cause) => void this.#malformed(cause),
      longestMessage,
    );
    stderr.on('data', (text: Buffer) => this.#hear(text));
  }

  get pid(): number | undefined {
    return this.#launched.pid();
  }

  /** Whether it can do with what it was given. */
  suffices({ memory, addons }: Needs): boolean {
    return !this.spoiled && this.#wall >= memory && (this.#addons || !addons);
  }

  /** In the midst of a call. */
  get busy(): boolean {
    return this.#call !== undefined;
  }

  /**
   * Has the child do something.
   * @throws AppError what the child throws; MEMORY_LIMIT, TIME_LIMIT where it used more than allowed, and was killed
   * @throws Error where the child broke or was killed from outside
   */
  async ask<R extends Request>(
    request: R,
    { ms, memory }: Allowance,
    onReport?: OnProgress,
  ): Promise<Answers[R['do']]> {
    if (this.#dead) throw this.#killed?.reason ?? new Error('slot lost');
    if (this.#call) throw new Error(`a slot does one thing at a time, and is at ${this.#call.request.do}`);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const late = (): void => void this.kill(outOfTime());
    const deadline = setTimeout(late, ms);
    const silence = setTimeout(late, silenceMs);
    const poll = setInterval(() => void this.#checkMemory(memory), pollEveryMs);
    const pollRoom = setInterval(() => void this.#checkRoom(), pollRoomEveryMs);
    const startedAt = performance.now();
    this.#calls += 1;
    this.#words = 0;
    this.clear = false;
    this.#call = { id: this.#calls, request, startedAt, reports: 0, onReport, silence, resolve, reject };
    send(this.#launched.process.stdin, { call: this.#calls, request });
    try {
      const value = answers[request.do].safeParse(await promise);
      if (!value.success) throw await this.#malformed(value.error);
      this.clear = request.do === 'write' || request.do === 'clear';
      return value.data as Answers[R['do']];
    } finally {
      this.#call = undefined;
      clearTimeout(deadline);
      clearTimeout(silence);
      clearInterval(poll);
      clearInterval(pollRoom);
    }
  }

  /** Ends it at once; what it is being asked is rejected with the reason as soon as it is gone. */
  async kill(reason: unknown): Promise<void> {
    if (!this.#dead) {
      this.#killed ??= { reason };
      this.spoiled = true;
      this.#launched.kill();
    }
    await this.gone;
  }

  #receive(raw: unknown): void {
    if (this.#killed) return;
    const parsed = message.safeParse(raw);
    const call = this.#call;
    if (!parsed.success || parsed.data.call !== call?.id) {
      void this.#malformed(parsed.error ?? new Error('it answers what it was not asked'));
      return;
    }
    const { data } = parsed;
    switch (data.type) {
      case 'report':
        call.reports += 1;
        if (call.reports > mostReports(performance.now() - call.startedAt)) {
          void this.#malformed(new Error('it reports too often'));
          return;
        }
        call.silence.refresh();
        call.onReport?.(data.progress);
        return;
      case 'answer':
        call.resolve(data.value);
        return;
      case 'refusal':
        // What it could not allocate it may have half done.
        if (data.code === 'MEMORY_LIMIT') this.spoiled = true;
        call.reject(new AppError(data.code, data.message, { field: data.field }));
        return;
      case 'failure':
        this.spoiled = true;
        call.reject(new Error(`slot failed at ${call.request.do}`, { cause: data.stack }));
    }
  }

  #hear(words: Buffer): void {
    this.#words += words.length;
    this.#lastWords = `${this.#lastWords}${words.toString('latin1')}`.slice(-2_000);
    if (this.#words > mostWords) void this.#malformed(new Error('it talks too much'));
  }

  async #malformed(cause: Error): Promise<Error> {
    const error = new Error('slot sent a malformed message', { cause });
    await this.kill(error);
    return error;
  }

  async #checkMemory(allowed: number): Promise<void> {
    const resident = this.pid === undefined ? undefined : await residentBytes(this.pid);
    if (resident === undefined || resident <= allowed) return;
    this.#log.warn({ resident, allowed }, 'slot over its memory');
    await this.kill(outOfMemory());
  }

  async #checkRoom(): Promise<void> {
    if (await isOverfull(this.#folder)) {
      this.#log.warn('slot writes too much');
      await this.kill(outOfRoom());
    } else if (await isDiskLow(this.#folder)) {
      this.#log.warn('slot stopped: the disk is full');
      await this.kill(diskFull());
    }
  }
}

/** V8, Node and the C++ library abort where they cannot allocate; anything else comes from outside, or is a bug. */
function explainExit(code: number | null, signal: NodeJS.Signals | null): Error {
  const ended = signal ?? signalOf(code ?? 0);
  if (ended === 'SIGABRT' || ended === 'SIGTRAP') return outOfMemory();
  return new Error(ended ? `slot lost (${ended})` : `slot ended with code ${code}`);
}

/** Who waits for another process, as the second wall does, says so what ended that. */
function signalOf(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
}
