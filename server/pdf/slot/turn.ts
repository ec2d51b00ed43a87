import { AppError } from '../../errors.ts';
import type { Range, OnProgress } from '../model/pass.ts';
import { needsAddons } from '../passes/open-pass.ts';
import { transformOf } from '../passes/plan-passes.ts';
import type { Needs, SlotChild } from './child.ts';
import type { SlotFolder } from './slot-folder.ts';
import { memoryBudget } from './memory.ts';
import type { Answers, Request } from './messages.ts';
import type { Origin } from '../model/document.ts';
import type { Naming } from '../model/naming.ts';
import type { BoundStep } from '../model/step.ts';
import type { Fixed } from '../model/pass.ts';
import type { SourceFacts } from '../model/facts.ts';

/** To read a file, and to load it; the largest that are let in (300,000 objects, 500 MB) take a third of it. */
const fileMs = 10_000;
const objectMs = 0.05;
/** A job's time is a multiple of its estimated cost, within bounds. */
const patience = 20;
const leastMs = 30_000;
/** Beside what the pages take by the step's own words. */
const mostMs = 600_000;

/** Twice the largest image that is taken, as pixels. */
const bitmapBytes = 200e6;
/** What one page may have of images of its own, and a small drawing of it. */
const drawingBytes = 400e6;
/** Somebody waits for it. */
const thumbnailMs = 8_000;

/** A job's turn in a slot. Every method rejects with an AppError where the document is to blame. */
export interface Slot {
  /** Of the child process, once it runs. */
  readonly pid: number | undefined;
  /** Looks at an upload. @throws AppError as `prescan` and `loadSource`; TOO_COMPLEX for what takes too much */
  inspect(path: string, onReport?: OnProgress): Promise<SourceFacts>;
  /** Looks at an image for steps to draw. @throws AppError UNSUPPORTED, TOO_COMPLEX */
  inspectImage(path: string): Promise<void>;
  /** Draws a thumbnail of a PDF, PNG or JPEG that was let in; the path of a WebP. @throws AppError where it cannot */
  thumbnail(path: string): Promise<string>;
  /**
   * Loads the inputs of a pass and plans its steps; before `range` and `write`. They may be what the turn's pass before
   * has written. `sources` says where they are until the next pass is opened.
   */
  open(pass: SlotPass, onReport: OnProgress): Promise<OpenedPass>;
  /** Works out the pages `[first, last)`. What is in a file is there until the next call. */
  range(first: number, last: number, onReport?: OnProgress): Promise<KeptRange>;
  /** Writes the results from all ranges, in page order. `path` is absolute, and there until another pass is opened. */
  write(ranges: readonly KeptRange[], onReport: OnProgress): Promise<SlotWritten>;
}

export interface SlotPass {
  /** With what they were made of, where a pass before has written them. */
  sources: readonly { name: string; path: string; origin?: Origin }[];
  naming?: Naming;
  /** Images that the steps draw, by the ids that name them. */
  assets?: readonly { id: string; path: string }[];
  /** The steps that share the pass. */
  calls: readonly BoundStep[];
  fixed: Fixed;
}

export type OpenedPass = Answers['open'] & { sources: SlotPass['sources'] };

/** A range and what came of it. */
export interface KeptRange extends Range {
  /** In base64, where it is little; else null. */
  few: string | null;
  /** Where it is else. */
  path: string;
}

export type SlotDocument = Answers['write']['documents'][number] & { path: string };

export type SlotWritten = Answers['write'] & { documents: SlotDocument[] };

/** What a turn works with. */
export interface Place {
  signal: AbortSignal;
  folder: SlotFolder;
  maxPages: number;
  child(): SlotChild | undefined;
  /** The child, replaced where it is spoiled or cannot do with what it has. */
  childFor(needs: Needs): Promise<SlotChild>;
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
  const needs: Needs = { memory: 0, addons: false };
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
    onReport?: OnProgress,
  ): Promise<Answers[R['do']]> {
    const child = await place.childFor(needs);
    assertMine();
    return child.ask(request, { ms, memory: needs.memory }, onReport);
  }

  /**
   * Puts the files in, has them prescanned, and gives them the memory that they may need.
   * @param extra bytes that the work needs beside them
   */
  async function read(paths: readonly string[], extra = 0): Promise<void> {
    let bytes = 0;
    for (const [index, path] of paths.entries()) {
      bytes += await folder.take(path, folder.input(index));
      assertMine();
    }
    await folder.clearOutput();
    // Never less than before: what was loaded earlier in this turn may still be there.
    const need = (objects: number): void => {
      needs.memory = Math.max(needs.memory, memoryBudget(bytes, objects, extra));
    };
    need(0);
    const request: Request = { do: 'read', files: paths.length };
    const { objects } = await ask(request, fileMs * paths.length);
    const reader = place.child();
    need(objects);
    loadMs = fileMs * paths.length + objectMs * objects;
    if ((await place.childFor(needs)) !== reader) await ask(request, fileMs * paths.length);
  }

  /** Out of what the job has left. */
  async function spend<R extends Request>(request: R, onReport?: OnProgress): Promise<Answers[R['do']]> {
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
    inspectImage: (path) =>
      during(async () => {
        needs.addons = true;
        const bytes = await folder.take(path, folder.asset(0));
        needs.memory = memoryBudget(bytes, 0, bitmapBytes);
        await ask({ do: 'inspectImage' }, fileMs);
      }),
    thumbnail: (path) =>
      during(async () => {
        needs.addons = true;
        needs.memory = memoryBudget(await folder.take(path, folder.input(0)), 0, drawingBytes);
        await ask({ do: 'thumbnail' }, thumbnailMs);
        return folder.thumbnail;
      }),
    open: ({ sources, naming, assets = [], calls, fixed }, onReport) =>
      during(async () => {
        const transform = transformOf(calls);
        needs.addons ||= needsAddons(calls);
        await read(
          sources.map(({ path }) => path),
          transform?.memory,
        );
        for (const [index, { path }] of assets.entries()) await folder.take(path, folder.asset(index));
        const request: Request = {
          do: 'open',
          sources: sources.map(({ name, origin }) => ({ name, origin })),
          naming,
          assets: assets.map(({ id }) => id),
          calls: calls.map(({ name, options }) => ({ name, options })),
          fixed,
          maxPages,
        };
        const opened = await ask(request, loadMs, onReport);
        const { load, perPage, write } = opened.cost;
        // A step may say of itself that each page takes long; a slot may not say what it likes.
        const own = (transform?.msPerPage ?? 0) * Math.min(opened.pages, maxPages * sources.length);
        const expected = load + perPage * opened.pages + write;
        msLeft = Math.min(mostMs + patience * own, leastMs + patience * expected);
        return {
          ...opened,
          sources: sources.map((source, index) => ({ ...source, path: folder.input(index) })),
        };
      }),
    range: (first, last, onReport) =>
      during(async () => {
        const { few } = await spend({ do: 'range', first, last }, onReport);
        return { first, last, few, path: folder.newRange };
      }),
    write: (worked, onReport) =>
      during(async () => {
        for (const [index, { few, path }] of worked.entries())
          if (few === null) await folder.take(path, folder.storedRange(index));
        const ranges = worked.map(({ first, last, few }) => ({ first, last, few }));
        const { documents, touched } = await spend({ do: 'write', ranges }, onReport);
        const paths = documents.map((document, index) => ({ ...document, path: folder.output(index) }));
        return { documents: paths, touched };
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
