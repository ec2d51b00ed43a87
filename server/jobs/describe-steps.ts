import { listOf } from '../list-of.ts';
import type { BoundStep } from '../pdf/model/step.ts';
import type { Touched } from '../pdf/model/written.ts';

/** More would fill the timeline. */
const mostNames = 3;

/** What steps did, in sentences; what they found nothing to do in is a warning. @param touched of each */
export function describeSteps(
  calls: readonly BoundStep[],
  touched: readonly Touched[],
): { done: string[]; warnings: string[] } {
  const done: string[] = [];
  const warnings: string[] = [];
  for (const [index, { step, options }] of calls.entries()) {
    const own = touched[index]!;
    if (own.untouched.length > 0) {
      const where = own.given.documents === 0 ? '' : ` in ${someOf(own.untouched)}`;
      const why = step.nothing ? `: ${step.nothing(options)}` : '';
      warnings.push(`“${step.title}” found nothing to do${where}${why}.`);
    }
    if (own.given.documents > 0) done.push(step.summary(own, options), ...own.notes);
  }
  return { done, warnings };
}

/** `a.pdf`, `a.pdf and b.pdf`, `a.pdf, b.pdf, c.pdf and 4 more`. */
function someOf(names: readonly string[]): string {
  return listOf(
    names.length > mostNames + 1
      ? [...names.slice(0, mostNames), `${(names.length - mostNames).toLocaleString('en')} more`]
      : names,
  );
}
