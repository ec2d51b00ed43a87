import type { PagePatch } from '../../model/page.ts';
import { count } from '../../../count.ts';
import { describePages } from '../describe-pages.ts';

/**
 * What became of a page: its words are written; they are, and may not be the right ones; it had text already; it has
 * none that could be recognised; it could not be drawn.
 */
export type Outcome = 'read' | 'unsure' | 'text' | 'empty' | 'failed';

/** A page as it is kept until it is written; plain JSON. */
export interface ReadPage {
  outcome: Outcome;
  patch: PagePatch;
}

/** What there is to tell of a document. @param outcomes of its pages */
export function describeOutcomes(
  outcomes: readonly Outcome[],
  isTagged: boolean,
): { read: number; warnings: string[]; notes: string[] } {
  const pagesOf = (outcome: Outcome): number[] =>
    outcomes.flatMap((own, index) => (own === outcome ? index + 1 : []));
  const warnings: string[] = [];
  const notes: string[] = [];
  const [unsure, failed] = [pagesOf('unsure'), pagesOf('failed')];
  const read = pagesOf('read').length + unsure.length;
  if (unsure.length > 0) {
    const were = unsure.length === 1 ? 'was' : 'were';
    warnings.push(`${describePages(unsure)} ${were} hard to read: many words may be wrong.`);
  }
  if (failed.length > 0) {
    const [are, were] = failed.length === 1 ? ['is', 'was'] : ['are', 'were'];
    warnings.push(`${describePages(failed)} ${are} damaged and ${were} left as before.`);
  }
  if (isTagged && read > 0)
    warnings.push(
      'What was recognised is not among its tags: screen readers that follow them do not read it.',
    );
  const [text, empty] = [pagesOf('text').length, pagesOf('empty').length];
  if (text > 0) notes.push(`${count(text, 'page')} had text already.`);
  if (empty > 0)
    notes.push(`${count(empty, 'page')} ${empty === 1 ? 'has' : 'have'} nothing that could be recognised.`);
  return { read, warnings, notes };
}
