import type { SourceFacts } from '../source/facts.ts';

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

/** What a source has, all of it: the result of a way of writing that leaves nothing out. */
export function keptOf({
  links,
  destinations,
  bookmarks,
  fields,
  attachments,
  tags,
  labels,
  pages,
}: SourceFacts): Kept {
  return { links, destinations, bookmarks, fields, attachments, tags, labels: labels ? pages : 0 };
}
