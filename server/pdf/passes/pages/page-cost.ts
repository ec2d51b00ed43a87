import type { Cost } from '../../model/pass.ts';
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

export function estimateCost(facts: readonly SourceFacts[], documents: readonly VirtualDocument[]): Cost {
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
    write: documents.reduce((sum, document) => sum + writing(facts, document), 0),
  };
}

function writing(facts: readonly SourceFacts[], { pages, documentTasks }: VirtualDocument): number {
  const first = facts[pages[0]!.source]!;
  const whole =
    pages.length === first.pages &&
    pages.every(({ source, page }, index) => source === pages[0]!.source && page === index);
  // What is set takes the place of what was there, of which nothing may be left in the file.
  if (whole && first.clean && documentTasks.length === 0)
    return 5 + pages.length * appendPerPage + megabytes(first) * perMegabyte;
  const perObject = whole ? rewritePerObject : assemblePerObject;
  return pages.reduce((sum, { source }) => {
    const { objects, pages: count } = facts[source]!;
    return sum + (objects * perObject + megabytes(facts[source]!) * perMegabyte) / count;
  }, 5);
}

function megabytes({ bytes }: SourceFacts): number {
  return bytes / 1e6;
}
