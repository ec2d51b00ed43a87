import type { PageView } from './page.ts';

/** A page of a document in the making: a page of an immutable source, and the page steps that are to touch it. */
export interface VirtualPage {
  /** Index into the job's inputs. */
  source: number;
  /** Zero-based page of that source. */
  page: number;
  tasks: readonly PageTask[];
  /** What it looks like after them, once one of them has changed that. */
  view?: PageView;
  /** An empty page takes its place: one that looks like this, or else like that page. */
  blank?: { view: PageView | undefined };
}

/** One step on one page: `n` of `total` as the step saw the document, both one-based. */
export interface PageTask {
  /** Index into the job's steps. */
  step: number;
  n: number;
  total: number;
  document: Place;
  /** Degrees clockwise, where a step turns each page by its own. */
  turn?: number;
}

/** A document among all of the job as a step saw them. */
export interface Place {
  /** Its name, without `.pdf`. */
  name: string;
  /** Pages of the documents before it. */
  before: number;
  /** Pages of all of them. */
  all: number;
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
  /** In order. */
  steps: readonly AttachedStep[];
}

export interface AttachedStep {
  step: number;
  /** All pages where there is none. */
  selection: PageSelection | undefined;
  document: Place;
}

/**
 * A document in the making. Structural steps rewrite its pages, page steps attach tasks to them. Its size is the
 * steps' doing, not that of the pages: a plan that nobody lists is as cheap for a million pages as for one.
 */
export interface DocumentPlan {
  /** What it is called while it is in the making; results are named in the end, see `result-names.ts`. */
  name: string;
  /** What it is a part of another by, once one was divided. */
  part?: Part | undefined;
  pages: PageList;
  /** Bookmarks nested under each input's name, after a merge that wishes so. */
  bookmarkPerSource: boolean;
  /** Bytes that the file shall not exceed; it is said where it does. */
  maxBytes?: number;
  /** Steps that change the document as a whole, such as `metadata`: indices into the job's steps, in order. */
  documentTasks: readonly number[];
  /** It may yet be divided: into how many is known once the sources are. */
  undecided?: true;
  /** What a step has to tell of it, in sentences. */
  notes?: readonly string[];
}

/** A part of a document that was divided: pages `first` to `last` of it, one-based, as it was then. */
export interface Part {
  first: number;
  last: number;
  /** What the user knows it by, such as the bookmark that it begins at. */
  title?: string | undefined;
  /** What the user has called it. */
  name?: string | undefined;
}

/** Where a part of a document begins. */
export interface Beginning {
  /** Zero-based. */
  page: number;
  /** Of the part. */
  title?: string | undefined;
}

/** What a look at a page has found: whether it is what was looked for, or the words of it; null where nobody can tell. */
export type Verdict = boolean | string | null;

/** What a document is made of, in terms of the job's inputs, so that it is still known when a later pass divides or joins it. */
export interface Origin {
  /** Its pages in their order. */
  runs: readonly PageRun[];
  part?: Part | undefined;
}

/** The pages `first` to `last` of an input, up or down, all zero-based; an input of -1 for a page that was added. */
export type PageRun = readonly [input: number, first: number, last: number];

/** A document as planned, page by page. */
export interface VirtualDocument extends Omit<DocumentPlan, 'pages'> {
  pages: readonly VirtualPage[];
}

/** A document as a pass is to write it. */
export interface PlannedDocument extends VirtualDocument {
  /** The file that it becomes. */
  result: {
    name: string;
    origin: Origin;
  };
}

/** Pages of a document, zero-based: counted at once, listed only where they are needed. */
export interface PageSelection {
  readonly count: number;
  list(): number[];
  /** The same in page order, each once. */
  ascending(): PageSelection;
  /** The first and the last page of the list, one-based; undefined where it is empty. Lists none. */
  ends(): Part | undefined;
}

/** What only loaded sources can tell a plan. */
export interface Survey {
  /** The pages of a document that bookmarks lead to, of so many levels from the highest on; ascending, each once. */
  bookmarks(document: DocumentPlan, levels: number): Beginning[];
  /** What a step that looks at pages has found of one; null where it did not look, or cannot tell. */
  found(page: VirtualPage): Verdict;
  /** For a part that grows page by page: bytes of its file with this page as well, at most. */
  scale(): (page: VirtualPage) => number;
  /** What a page looks like before any step. */
  view(page: VirtualPage): PageView;
}
