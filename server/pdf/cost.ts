import type { SourceFacts } from './facts.ts';
import type { VirtualDocument } from './step.ts';

/** What a job is expected to take, in milliseconds on one core: the weights of its progress, not a promise. */
export interface Cost {
  load: number;
  /** For each page of the results. */
  perPage: number;
  write: number;
}

/** Measured: about 35,000 objects a second to load, twice as many to write; bytes matter little beside them. */
const loadPerObject = 0.03;
const loadPerMegabyte = 0.2;
const writePerObject = 0.015;
const writePerMegabyte = 2;
const perTask = 0.02;
const appendPerPage = 0.06;

export function estimateCost(facts: readonly SourceFacts[], documents: readonly VirtualDocument[]): Cost {
  const objects = facts.reduce((sum, source) => sum + source.objects, 0);
  const megabytes = facts.reduce((sum, source) => sum + source.bytes, 0) / 1e6;
  const pages = documents.reduce((sum, document) => sum + document.pages.length, 0);
  const tasks = documents
    .flatMap((document) => document.pages)
    .reduce((sum, page) => sum + page.tasks.length, 0);
  const sourcePages = facts.reduce((sum, source) => sum + source.pages, 0);
  const appended =
    facts.every((source) => source.clean) && pages === sourcePages && documents.length === facts.length;
  const rewritten = objects * Math.min(1, pages / Math.max(1, sourcePages));
  return {
    load: 5 + objects * loadPerObject + megabytes * loadPerMegabyte,
    perPage: (tasks * perTask) / Math.max(1, pages),
    write: 5 + megabytes * writePerMegabyte + (appended ? pages * appendPerPage : rewritten * writePerObject),
  };
}
