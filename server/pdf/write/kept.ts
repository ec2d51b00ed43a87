import type { Kept } from '../model/written.ts';
import type { SourceFacts } from '../model/facts.ts';

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
