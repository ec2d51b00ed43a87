import type { Cost } from '../../model/pass.ts';
import type { BoundStep } from '../../model/step.ts';
import type { SourceFacts } from '../../model/facts.ts';
import type { VirtualDocument } from '../../model/document.ts';

/* Measured on two shared cores, milliseconds. Bytes matter little beside objects: images are not looked into. */
const loadPerObject = 0.03;
const loadPerPage = 0.08;
const perTask = 0.02;
const appendPerPage = 0.06;
const rewritePerObject = 0.025;
const assemblePerObject = 0.035;
const perMegabyte = 0.3;

export function estimateCost(
  facts: readonly SourceFacts[],
  documents: readonly VirtualDocument[],
  calls: readonly BoundStep[],
): Cost {
  const pages = documents.flatMap((document) => document.pages);
  const tasks = pages.reduce((sum, page) => sum + page.tasks.length, 0);
  return {
    load: facts.reduce(
      (sum, source) =>
        sum +
        5 +
        source.objects * loadPerObject +
        source.pages * loadPerPage +
        megabytes(source) * perMegabyte,
      0,
    ),
    perPage: (tasks * perTask) / pages.length,
    write: documents.reduce((sum, document) => sum + writing(facts, document, calls), 0),
  };
}

function writing(
  facts: readonly SourceFacts[],
  { pages, documentTasks }: VirtualDocument,
  calls: readonly BoundStep[],
): number {
  const first = facts[pages[0]!.source]!;
  const whole =
    pages.length === first.pages &&
    pages.every(({ source, page }, index) => source === pages[0]!.source && page === index);
  const anew = rewrites(documentTasks, calls);
  if (whole && first.clean && !anew) return 5 + pages.length * appendPerPage + megabytes(first) * perMegabyte;
  const perObject = whole ? rewritePerObject : assemblePerObject;
  return pages.reduce((sum, { source }) => {
    const { objects, pages: count } = facts[source]!;
    return sum + (objects * perObject + megabytes(facts[source]!) * perMegabyte) / count;
  }, 5);
}

/** Whether the document must be written anew, for the sake of a step that removes something. */
export function rewrites(documentTasks: readonly number[], calls: readonly BoundStep[]): boolean {
  return documentTasks.some((task) => {
    const { step, options } = calls[task]!;
    return step.rewrites?.(options);
  });
}

function megabytes({ bytes }: SourceFacts): number {
  return bytes / 1e6;
}
