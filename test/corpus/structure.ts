import { type Chosen, expected } from '../native/expected.ts';
import type { Structures } from '../native/structures.ts';
import { without } from './difference.ts';
import type { Note } from './finding.ts';
import type { Loss } from './told.ts';

/** A result: what it has, what it should have, and the pages that it is made of. */
interface Pair {
  found: Structures;
  wanted: Structures;
  chosen: readonly Chosen[];
}

/** Holds what hangs together in results against the sources that they are made of. */
export function judgeStructures(
  sources: readonly Structures[],
  results: readonly { structures: Structures | undefined; chosen: readonly Chosen[] }[],
  note: Note,
): void {
  const pairs = results.flatMap(({ structures, chosen }): Pair[] =>
    structures ? [{ found: structures, wanted: expected(sources, chosen), chosen }] : [],
  );
  for (const { wanted, found } of pairs)
    if (wanted.links.length !== found.links.length) note('pages', wanted.links.length, found.links.length);
  for (const [what, list] of Object.entries(lists) as [Loss, (typeof lists)[keyof typeof lists]][]) {
    const all = (which: 'wanted' | 'found'): string[] =>
      pairs.flatMap((pair, index) =>
        list(pair[which], sources.length > 1).map((item) =>
          pairs.length > 1 ? `${index + 1}: ${item}` : item,
        ),
      );
    const [wanted, found] = [all('wanted'), all('found')];
    const [lost, gained] = [without(wanted, found), without(found, wanted)];
    const cutOff = what === 'links' ? linksCutOff(sources, pairs) : 0;
    if (lost.length + gained.length + cutOff === 0) continue;
    const detail = [...lost.map((item) => `- ${item}`), ...gained.map((item) => `+ ${item}`)];
    note(what, wanted.length + cutOff, found.length, detail, lost.length + cutOff);
  }
  judgeTags(sources, pairs, note);
}

/** What of a document is compared one by one. @param several it is made of several */
const lists = {
  links: ({ links }: Structures) =>
    links.flatMap((targets, index) => targets.map((target) => `page ${index + 1} to ${target}`)),
  // Those that clash have another name then.
  destinations: ({ destinations }: Structures, several: boolean) =>
    [...destinations].map(([name, target]) => (several ? `to ${target}` : `${name} to ${target}`)),
  bookmarks: ({ bookmarks }: Structures) =>
    bookmarks.map(({ title, depth, target }) => `${'>'.repeat(depth)}${title} to ${target}`),
  fields: ({ fields }: Structures) =>
    fields.map(({ name, pages }) => `${name} on ${pages.join() || 'no page'}`),
  attachments: ({ attachments }: Structures) => attachments,
  labels: ({ labels }: Structures) => (labels ?? []).map((label, index) => `page ${index + 1} is ${label}`),
} satisfies Partial<Record<Loss, (structures: Structures, several: boolean) => string[]>>;

/** Links to pages that are in no result, or in another one: they cannot be kept, but must be told of. */
function linksCutOff(sources: readonly Structures[], pairs: readonly Pair[]): number {
  let count = 0;
  for (const { wanted, chosen } of pairs) {
    for (const [source, page] of chosen) count += sources[source]!.links[page - 1]!.length;
    count -= wanted.links.flat().length;
  }
  return count;
}

/** Where pages are left out, so are tags, and which ones is the engine's to say. */
function judgeTags(sources: readonly Structures[], pairs: readonly Pair[], note: Note): void {
  const sum = (all: readonly Structures[]): number => all.reduce((total, { tags }) => total + tags, 0);
  const kept = new Set(pairs.flatMap(({ chosen }) => chosen.map(String))).size;
  const isAll = kept === sources.reduce((total, { links }) => total + links.length, 0);
  const [before, after] = [sum(sources), sum(pairs.map(({ found }) => found))];
  if (isAll && after < before) note('tags', before, after, [], before - after);
  if (sources.some(({ tagFaults }) => tagFaults.length > 0)) return;
  const faults = pairs.flatMap(({ found }) => found.tagFaults);
  if (faults.length > 0) note('tags', 'sound', 'faults', faults);
}
