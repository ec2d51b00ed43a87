import type { Origin } from './document.ts';

/** One result, and what is to be known of it. */
export interface WrittenDocument {
  /** File name, with its extension. */
  name: string;
  origin: Origin;
  mediaType: string;
  /** Null where it is no PDF. */
  pages: number | null;
  /** How a PDF was written: original bytes untouched, all anew, or put together from pages. */
  way?: 'append' | 'full' | 'assemble';
  /** How much of the sources' structure a PDF has. */
  kept?: Kept;
  /** What of the sources could not be kept. */
  losses?: Loss[];
  /** What else the user should know, in sentences. */
  warnings: string[];
  /** What the step has to tell of its work, in sentences. */
  notes: string[];
}

/** How many of each structure a result has of its sources; plain JSON, for the fidelity report. */
export interface Kept {
  links: number;
  /** Named destinations. */
  destinations: number;
  bookmarks: number;
  /** Form fields that hold a value. */
  fields: number;
  attachments: number;
  /** Structure elements. */
  tags: number;
  /** Pages that are called something else than their number. */
  labels: number;
}

/** Something of a source that a result could not keep. */
export interface Loss {
  /** A sentence without its end. */
  says: string;
  /** How many of it; left out where it is there or not. */
  count?: number | undefined;
  /** Where the result is of several. */
  source?: string | undefined;
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
  /** What else the step has to tell, in sentences. */
  notes: string[];
}

export interface Amount {
  documents: number;
  pages: number;
}
