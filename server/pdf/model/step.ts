import { most } from '../../bounds.ts';
import type { Picture } from '../edit/draw/picture.ts';
import type { PageSelection } from '../plan/page-selection.ts';
import type { OpenPass } from './pass.ts';

/** How a form shows an option, a schema types it and `parse-steps.ts` checks it. */
export type OptionType = 'INT' | 'FLOAT' | 'STRING' | 'BOOLEAN' | 'ENUM' | 'PAGES' | 'COLOR' | 'FILE';

/** One option of a step; SDL, forms, documentation and validation all derive from this declaration. */
export interface Option {
  type: OptionType;
  title: string;
  description: string;
  required?: boolean;
  /** A STRING option that takes several. */
  list?: boolean;
  default?: string | number | boolean;
  min?: number;
  max?: number;
  multipleOf?: number;
  /** Characters of a STRING. */
  maxLength?: number;
  /** ENUM: the GraphQL enum's name and its values. */
  enumName?: string;
  values?: readonly string[];
}

/** Characters that a value may have, or each of a list; undefined where it is no text. */
export function maxLengthOf({ type, maxLength }: Option): number | undefined {
  return { STRING: maxLength, PAGES: most.pageRanges, COLOR: 40, FILE: most.id }[type as string];
}

/** What an option's value is once parsed; a missing one without a default is absent. */
export type OptionValues = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** A page of a document in the making: a page of an immutable source, and the page steps that are to touch it. */
export interface VirtualPage {
  /** Index into the job's inputs. */
  source: number;
  /** Zero-based page of that source. */
  page: number;
  tasks: readonly PageTask[];
  /** What it looks like after them, once one of them has changed that. */
  view?: PageView;
  /** An empty page of that page's size takes its place. */
  blank?: boolean;
}

/** One page step on one page: `n` of `total` as the step saw the document, both one-based. */
export interface PageTask {
  /** Index into the job's steps. */
  step: number;
  n: number;
  total: number;
}

/** Pages of a document in the making: how many is known at once, which ones when they are listed. */
export interface PageList {
  readonly length: number;
  list(): readonly VirtualPage[];
  /** Until they are listed: page steps that only add their tasks to those of other pages, see `attach` in `page-list.ts`. */
  readonly attached?: Attached | undefined;
}

export interface Attached {
  to: PageList;
  /** In order; all pages where there is no selection. */
  steps: readonly { step: number; selection: PageSelection | undefined }[];
}

/**
 * A document in the making. Structural steps rewrite its pages, page steps attach tasks to them. Its size is the
 * steps' doing, not that of the pages: a plan that nobody lists is as cheap for a million pages as for one.
 */
export interface DocumentPlan {
  /** File name of the result, with `.pdf`. */
  name: string;
  pages: PageList;
  /** Bookmarks nested under each input's name, after a merge that wishes so. */
  bookmarkPerSource: boolean;
  /** Bytes that the file shall not exceed; it is said where it does. */
  maxBytes?: number;
  /** Steps that change the document as a whole, such as `metadata`: indices into the job's steps, in order. */
  documentTasks: readonly number[];
}

/** A document as planned, page by page. */
export interface VirtualDocument extends Omit<DocumentPlan, 'pages'> {
  pages: readonly VirtualPage[];
}

/** Left, bottom, right, top, in points. */
export type Box = readonly [number, number, number, number];

/** What a page looks like to a page step: the source's page with all earlier patches applied. */
export interface PageView {
  /** What is visible: the CropBox within the MediaBox. */
  box: Box;
  /** All of it: the MediaBox. */
  sheet: Box;
  /** 0, 90, 180 or 270, clockwise. */
  rotate: number;
}

/** What is to be done to one page: small, serialisable, stored per range, applied by the writer. */
export interface PagePatch extends Drawing {
  /** The new absolute rotation. */
  rotate?: number;
  /** The new CropBox. */
  crop?: Box;
}

export interface Drawing {
  /**
   * Content operators drawn over the page, one after the other, in its own coordinates; latin1. What they may name: the
   * font, `/OctavoF`, for text that `encode` has encoded, opacities in percent, as `/OctavoA30`, and pictures by their
   * order, as `/OctavoI0`.
   */
  over?: readonly string[];
  /** The same, drawn under what is on the page. */
  under?: readonly string[];
}

/** Images that steps draw, by the value of the option that names them. */
export type Pictures = ReadonlyMap<string, Picture>;

/** What only loaded sources can tell a plan. */
export interface Survey {
  /** The pages of a document, zero-based and ascending, that a bookmark of the highest level leads to. */
  chapters(document: DocumentPlan): number[];
  /** For a part that grows page by page: bytes of its file with this page as well, at most. */
  scale(): (page: VirtualPage) => number;
  /** What a page looks like before any step. */
  view(page: VirtualPage): PageView;
}

/** What a step did to the documents as they were when it ran, whatever later steps drop of it. */
export interface Touched {
  /** What it was given, without the documents that it left as they were. */
  given: Amount;
  /** What it made of that. */
  made: Amount;
  /** The pages that it turned, drew on or read; of steps that only choose and move pages none. */
  pages: number;
  /** Names of the documents in which it found nothing to do. */
  untouched: string[];
}

export interface Amount {
  documents: number;
  pages: number;
}

/** One way to change a PDF: one file, one line in `steps.ts`, one test. */
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
  /** Page steps: what to draw on the page. Pure. @param pictures by the value of the FILE option that names one */
  draw?(page: PageView, options: OptionValues, task: PageTask, pictures: Pictures): Drawing;
  /** All characters that its patches may write on any page. */
  characters?(options: OptionValues): string;
  /** Runs native code, which a slot must be allowed to load. */
  addons?: boolean;
  /** Steps that need bytes or pixels. */
  transform?: Transform;
  /** What it makes are no PDFs: no step can follow. */
  last?: boolean;
  /** What the timeline says when the step is done. */
  summary(touched: Touched, options: OptionValues): string;
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
