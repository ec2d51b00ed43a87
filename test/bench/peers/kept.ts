import { type Chosen, expected } from '../../native/expected.ts';
import { readStructures, type Structures } from '../../native/structures.ts';

/** What hangs together in a document, counted: what leads nowhere, or is shown by no page, is not there. */
export type Counts = Record<'links' | 'places' | 'bookmarks' | 'fields' | 'attachments' | 'tags', number>;

export async function countsIn(path: string): Promise<Counts> {
  return countsOf(await readStructures(path));
}

/** What a document of these pages can have at most. */
export async function mostOf(sources: readonly string[], pages: readonly Chosen[]): Promise<Counts> {
  return countsOf(expected(await Promise.all(sources.map(readStructures)), pages));
}

function countsOf({ links, destinations, bookmarks, fields, attachments, tags }: Structures): Counts {
  return {
    links: links.flat().filter((target) => target !== 'broken').length,
    places: [...destinations.values()].filter((target) => target !== 'broken').length,
    bookmarks: bookmarks.filter(({ target }) => target !== 'broken').length,
    fields: fields.filter(({ pages }) => pages.length > 0).length,
    attachments: attachments.length,
    tags,
  };
}
