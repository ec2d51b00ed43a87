import { AppError } from '../../errors.ts';
import type { Fixed } from '../write/edit.ts';
import type { SourceFacts } from '../read/facts.ts';
import type { RangeResult, Report } from '../session.ts';
import type { SlotChild } from './child.ts';
import type { SlotFolder } from './folder.ts';
import { memoryBudget } from './memory.ts';
import type { Answers, Request } from './messages.ts';
import type { StepCall } from '../step.ts';

/** To read a file, and to load it; the largest that are let in (300,000 objects, 500 MB) take a third of it. */
const fileMs = 10_000;
const objectMs = 0.05;
/** A job's time is a multiple of its estimated cost, within bounds. */
const patience = 20;
const leastMs = 30_000;
const mostMs = 600_000;

/** A job's turn in a slot. Every method rejects with an AppError where the document is to blame. */
export interface Slot {
  /** Of the child process, once it runs. */
  readonly pid: number | undefined;
  /** Looks at an upload. @throws AppError as `prescan` and `loadSource`; TOO_COMPLEX for what takes too much */
  inspect(path: string, onReport?: Report): Promise<SourceFacts>;
  /** Loads the inputs and plans the steps; before `range` and `write`. `pages` counts those of all results. */
  open(job: SlotJob, onReport: Report): Promise<Answers['open']>;
  /** Works out the pages `[first, last)` of the results. */
  range(first: number, last: number): Promise<RangeResult>;
  /** Writes the results from all ranges, in page order. `path` is absolute, and there until the turn is over. */
  write(results: readonly RangeResult[], onReport: Report): Promise<SlotDocument[]>;
}

export interface SlotJob {
  sources: readonly { name: string; path: string }[];
  calls: readonly StepCall[];
  fixed: Fixed;
}

export type SlotDocument = Answers['write'][number] & { path: string };

/** What a turn works with. */
export interface Place {
  signal: AbortSignal;
  folder: SlotFolder;
  maxPages: number;
  child(): SlotChild | undefined;
  /** The child, replaced where it is spoiled or its memory wall too low. */
  childFor(memory: number): Promise<SlotChild>;
}

export interface Turn {
  slot: Slot;
  /** Nothing can be done in the slot any more, and nothing is still being done. */
  end(): Promise<void>;
}

export function startTurn(place: Place): Turn {
  const { signal, folder, maxPages } = place;
  const busy = new Set<Promise<unknown>>();
  let over = false;
  let memory = 0;
  let loadMs = 0;
  let msLeft = leastMs;

  /** A turn that ends waits for its calls: what they do late would otherwise be done to the next job. */
  async function during<T>(work: () => Promise<T>): Promise<T> {
    assertMine();
    const call = work();
    busy.add(call);
    try {
      return await call;
    } finally {
      busy.delete(call);
    }
  }

  function assertMine(): void {
    signal.throwIfAborted();
    if (over) throw new Error('the slot works for another job by now');
  }

  async function ask<R extends Request>(
    request: R,
    ms: number,
    onReport?: Report,
  ): Promise<Answers[R['do']]> {
    const child = await place.childFor(memory);
    assertMine();
    return child.ask(request, { ms, memory }, onReport);
  }

  /** Puts the files in, has them prescanned, and gives them the memory that they may need. */
  async function read(paths: readonly string[]): Promise<void> {
    let bytes = 0;
    for (const [index, path] of paths.entries()) {
      bytes += await folder.take(path, index);
      assertMine();
    }
    // Never less than before: what was loaded earlier in this turn may still be there.
    memory = Math.max(memory, memoryBudget(bytes, 0));
    const request: Request = { do: 'read', files: paths.length };
    const { objects } = await ask(request, fileMs * paths.length);
    const reader = place.child();
    memory = Math.max(memory, memoryBudget(bytes, objects));
    loadMs = fileMs * paths.length + objectMs * objects;
    if ((await place.childFor(memory)) !== reader) await ask(request, fileMs * paths.length);
  }

  /** Out of what the job has left. */
  async function spend<R extends Request>(request: R, onReport?: Report): Promise<Answers[R['do']]> {
    const start = performance.now();
    try {
      return await ask(request, Math.max(0, msLeft), onReport);
    } finally {
      msLeft -= performance.now() - start;
    }
  }

  const slot: Slot = {
    get pid() {
      return place.child()?.pid;
    },
    inspect: (path, onReport) =>
      during(async () => {
        try {
          await read([path]);
          return await ask({ do: 'inspect', maxPages }, loadMs, onReport);
        } catch (error) {
          throw tooComplex(error);
        }
      }),
    open: ({ sources, calls, fixed }, onReport) =>
      during(async () => {
        await read(sources.map(({ path }) => path));
        const names = sources.map(({ name }) => name);
        const request: Request = { do: 'open', names, calls: [...calls], fixed, maxPages };
        const opened = await ask(request, loadMs, onReport);
        const { load, perPage, write } = opened.cost;
        msLeft = Math.min(mostMs, leastMs + patience * (load + perPage * opened.pages + write));
        return opened;
      }),
    range: (first, last) => during(() => spend({ do: 'range', first, last })),
    write: (results, onReport) =>
      during(async () => {
        const documents = await spend({ do: 'write', results: [...results] }, onReport);
        return documents.map((document, index) => ({ ...document, path: folder.output(index) }));
      }),
  };
  return {
    slot,
    async end() {
      over = true;
      await Promise.allSettled(busy);
    },
  };
}

/** An upload is refused for what a job would fail for. */
function tooComplex(error: unknown): unknown {
  if (!(error instanceof AppError) || (error.code !== 'MEMORY_LIMIT' && error.code !== 'TIME_LIMIT'))
    return error;
  const what = error.code === 'MEMORY_LIMIT' ? 'needs too much memory' : 'takes too long';
  return new AppError(
    'TOO_COMPLEX',
    `The file ${what} to be read. Save it anew in a PDF program, or split it, and try again.`,
    { cause: error },
  );
}
