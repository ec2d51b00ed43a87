import type { Chosen } from '../native/expected.ts';
import { faultOfPicture } from './appearance.ts';
import { lettersBetween } from './difference.ts';
import type { Example } from './examples.ts';
import { type Finding, type Note, noteInto } from './finding.ts';
import type { PageSeen, Seen } from './reader.ts';
import { judgeStructures } from './structure.ts';

/** A result, and the pages that it should have. */
export interface Result extends Seen {
  chosen: readonly Chosen[];
}

export interface Case {
  example: Example;
  sources: readonly Seen[];
  results: readonly Result[];
  /** As the timeline has them. */
  warnings: readonly string[];
  /** Drawings that a result may have; undefined where nobody knows. */
  allowed?: number | undefined;
}

/** Holds results against the sources that they are made of. */
export function judge({ example, sources, results, warnings, allowed = Infinity }: Case): Finding[] {
  const findings: Finding[] = [];
  const note = noteInto(findings, warnings);
  judgeValidity(sources, results, note);
  const known = sources.flatMap((source) => source.structures ?? []);
  if (known.length === sources.length) judgeStructures(known, results, note);
  for (const [index, { chosen, pages, drawings, structures }] of results.entries()) {
    if (drawings > allowed)
      note('leftovers', `${allowed} drawings of the page`, `${drawings} drawings in the file`);
    for (const [place, [source, page]] of chosen.entries()) {
      const [before, after] = [sources[source]!.pages.get(page), pages.get(place + 1)];
      const where = results.length > 1 ? `page ${place + 1} of part ${index + 1}` : `page ${place + 1}`;
      // With a link goes its border.
      const links = sources[source]!.structures?.links[page - 1]?.length ?? 0;
      const hasAll = (structures?.links[place]?.length ?? 0) >= links;
      if (before && after && hasAll) judgePage(example, { before, after, page: place + 1, where }, note);
    }
  }
  return findings;
}

/** A result is without errors, and no worse than what it was made of. */
function judgeValidity(sources: readonly Seen[], results: readonly Result[], note: Note): void {
  const before = Math.max(...sources.map(({ code }) => code));
  for (const { code, words } of results)
    if (code === 2 || code > before)
      note('validity', says[before] ?? before, says[code] ?? code, words.trim().split('\n').toReversed());
}

const says: Record<number, string> = { 0: 'clean', 2: 'errors', 3: 'warnings' };

interface Page {
  before: PageSeen;
  after: PageSeen;
  /** Of the result, one-based. */
  page: number;
  where: string;
}

function judgePage(
  { look = 'same', writes, adds }: Example,
  { before, after, page, where }: Page,
  note: Note,
): void {
  if (before.picture && !after.picture) note('picture', 'drawn', 'cannot be drawn', [where]);
  const fault = before.picture && after.picture && faultOfPicture(look, before.picture, after.picture);
  if (fault) note('picture', 'as it was', fault, [where]);
  if (before.text === undefined || after.text === undefined) return;
  const [lost, gained] = lettersBetween(before.text + (writes?.(page) ?? ''), after.text);
  if (adds && before.text.trim() === '') return;
  const mayLose = typeof look === 'object' && 'cut' in look;
  if ((lost === '' || mayLose) && gained === '') return;
  const detail = [where, `- ${lost.slice(0, 60)}`, `+ ${gained.slice(0, 60)}`];
  note('text', 'as it was', `${lost.length} letters lost, ${gained.length} others there`, detail);
}
