import type { DocumentPlan, Origin, PageTask, Survey } from './document.ts';
import type { EditDocument } from './edited.ts';
import type { Naming } from './naming.ts';
import type { Option, OptionValues } from './option.ts';
import type { DrawContext, Drawing, PageView } from './page.ts';
import type { Fixed, OnProgress, Pass } from './pass.ts';
import type { Touched } from './written.ts';

/** One way to change a PDF: one file, one line in `registry.ts`, one test. */
export interface Step {
  /** As in StepInput. */
  name: string;
  title: string;
  description: string;
  options: Readonly<Record<string, Option>>;
  /** The input is a GraphQL `@oneOf`: exactly one of the options is given. */
  exactlyOne?: boolean;
  /**
   * Rewrites the documents; pure. Without a survey it lists no pages: it runs at `createJob` with nothing but page
   * counts, where it may cost what the documents and the options are long, never what they name.
   * `step` is this step's index in the job; `survey` is there once the sources are loaded. Throws AppError with `field`
   * relative to the step's options.
   */
  plan(
    documents: readonly DocumentPlan[],
    options: OptionValues,
    step: number,
    survey?: Survey,
  ): DocumentPlan[];
  /** Page steps: what the page looks like afterwards, and the same view where that is no different. Pure. */
  shape?(page: PageView, options: OptionValues, task: PageTask): PageView;
  /** Page steps: what to draw on the page, in points. Pure. */
  draw?(
    page: PageView,
    options: OptionValues,
    task: PageTask,
    context: DrawContext,
  ): Drawing | Promise<Drawing>;
  /** Steps that change a document as a whole, of which `plan` has noted that they shall. Loaded where it runs, in slots. */
  edit?(): Promise<EditDocument>;
  /** Runs native code, which a slot must be allowed to load. */
  addons?: boolean;
  /** Steps that need bytes or pixels. */
  transform?: Transform;
  /**
   * Steps that have to look at pages before they can plan: see `look-pass.ts`. Undefined where these options need none.
   * What is found is in the survey; without one, `plan` leaves the documents as they are.
   */
  look?(options: OptionValues): Transform | undefined;
  /** What it makes are no PDFs: no step can follow. */
  last?: boolean;
  /** What the timeline says when the step is done. */
  summary(touched: Touched, options: OptionValues): string;
  /** Steps that draw: what else there is to tell of the documents that they were planned into, in sentences. */
  notes?(documents: readonly DocumentPlan[], options: OptionValues): string[];
  /** Why it can find nothing to do: follows a colon. */
  nothing?(options: OptionValues): string;
}

/** A step that has a pass of its own. */
export interface Transform {
  /** Expected of one core, for the bar until the pass is open and knows better. */
  msPerPage: number;
  /** Bytes that a slot needs beside the documents, for bitmaps and the like. */
  memory: number;
  /** Loaded where it runs, in slots: the libraries are large. */
  load(): Promise<OpenPass>;
}

/** A step of a job, as stored: options checked, defaults filled in. */
export interface StepCall {
  name: string;
  options: OptionValues;
}

/** The same with what it is: see `bind` in `registry.ts`. */
export interface BoundStep extends StepCall {
  step: Step;
}

export interface PassInput {
  /** With what they were made of, where a pass before has written them. */
  sources: readonly { name: string; bytes: Buffer; origin?: Origin | undefined }[];
  naming?: Naming | undefined;
  /** Images that the steps draw, as uploaded, by the ids that name them. */
  assets: ReadonlyMap<string, Buffer>;
  /** The steps of this pass. */
  calls: readonly BoundStep[];
  fixed: Fixed;
  maxPages: number;
}

/** @throws AppError about the documents (see `loadSource`) or the steps (see `plan`) */
export type OpenPass = (input: PassInput, report: OnProgress) => Promise<Pass>;
