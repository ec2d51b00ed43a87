import type { ChildProcess } from 'node:child_process';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Report } from '../session.ts';
import { outOfMemory, outOfTime } from './failure.ts';
import { launchSlot } from './launch.ts';
import { residentBytes } from './memory.ts';
import { type Answers, answers, message, type Request } from './messages.ts';

const pollEveryMs = 50;
const silenceMs = 15_000;

/** What a call may use; the host watches from outside, as the child may be stuck. */
export interface Allowance {
  /** Milliseconds until the answer. */
  ms: number;
  /** Bytes of resident memory. */
  memory: number;
}

interface Call {
  id: number;
  request: Request;
  onReport: Report | undefined;
  silence: NodeJS.Timeout;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The host's end of one child process, which answers one call at a time. */
export class SlotChild {
  /** Bytes of memory that it can have. */
  readonly wall: number;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Not to be given another job. */
  spoiled = false;
  readonly #process: ChildProcess;
  readonly #log: Logger;
  #call: Call | undefined;
  #calls = 0;
  #killed: { reason: unknown } | undefined;
  #dead = false;
  #lastWords = '';

  constructor(options: { entry: URL; folder: string; wall: number; log: Logger }) {
    this.wall = options.wall;
    this.#process = launchSlot(options.entry, options.folder, options.wall);
    this.#log = options.log.child({ slot: this.#process.pid });
    this.gone = new Promise((resolve) => {
      const end = (error: unknown): void => {
        this.#dead = true;
        this.spoiled = true;
        this.#call?.reject(this.#killed ? this.#killed.reason : error);
        resolve();
      };
      this.#process.once('exit', (code, signal) => {
        if (!this.#killed) this.#log.warn({ code, signal, stderr: this.#lastWords }, 'slot ended by itself');
        end(explainExit(code, signal));
      });
      // Could not be started, or not be sent to: in the latter case `exit` follows.
      this.#process.once('error', (error) => this.#process.pid === undefined && end(error));
    });
    this.#process.on('message', (raw) => this.#receive(raw));
    this.#process.stderr?.on('data', (text) => (this.#lastWords = `${this.#lastWords}${text}`.slice(-2_000)));
  }

  get pid(): number | undefined {
    return this.#process.pid;
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
    onReport?: Report,
  ): Promise<Answers[R['do']]> {
    if (this.#dead) throw this.#killed?.reason ?? new Error('slot lost');
    if (this.#call) throw new Error(`a slot does one thing at a time, and is at ${this.#call.request.do}`);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const late = (): void => void this.kill(outOfTime());
    const deadline = setTimeout(late, ms);
    const silence = setTimeout(late, silenceMs);
    const poll = setInterval(() => void this.#checkMemory(memory), pollEveryMs);
    this.#calls += 1;
    this.#call = { id: this.#calls, request, onReport, silence, resolve, reject };
    // Where it cannot be sent, the child is ending and `exit` rejects.
    this.#process.send({ call: this.#calls, request }, () => {});
    try {
      const value = answers[request.do].safeParse(await promise);
      if (!value.success) throw await this.#malformed(value.error);
      return value.data as Answers[R['do']];
    } finally {
      this.#call = undefined;
      clearTimeout(deadline);
      clearTimeout(silence);
      clearInterval(poll);
    }
  }

  /** Ends it at once; what it is being asked is rejected with the reason as soon as it is gone. */
  async kill(reason: unknown): Promise<void> {
    if (!this.#dead) {
      this.#killed ??= { reason };
      this.spoiled = true;
      this.#process.kill('SIGKILL');
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
}

/** V8, Node and the C++ library abort where they cannot allocate; anything else comes from outside, or is a bug. */
function explainExit(code: number | null, signal: NodeJS.Signals | null): Error {
  if (signal === 'SIGABRT' || signal === 'SIGTRAP' || code === 134 || code === 133) return outOfMemory();
  return new Error(signal ? `slot lost (${signal})` : `slot ended with code ${code}`);
}
