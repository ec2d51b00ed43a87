import { most } from '../../bounds.ts';
import { AppError } from '../../errors.ts';
import { count } from '../../count.ts';
import { countParts } from './page-ranges.ts';
import type { OptionValues } from '../model/option.ts';
import type { Step } from '../model/step.ts';
import type { DocumentPlan } from '../model/document.ts';

/** What a job may come to. */
export interface PlanLimits {
  /** Of one document. */
  maxPages: number;
  /** Of all its documents together, after any step. */
  maxJobPages: number;
}

/** So many times the pages that a job may have may its steps go through, all together. */
const mostRounds = 10;

/** What a job has left of its limits, step by step. Both methods throw LIMIT_EXCEEDED where that is nothing. */
export interface PlanBudget {
  /** Before a step: its page ranges are applied to each document anew. */
  spendRanges(step: Step, given: OptionValues, documents: number): void;
  /** After a step: what it has made. @throws AppError INVALID_RANGE too, where a document has no pages */
  spendPages(documents: readonly DocumentPlan[]): void;
}

export function planBudget({ maxPages, maxJobPages }: PlanLimits): PlanBudget {
  const mostWork = mostRounds * maxJobPages;
  let ranges = 0;
  let leaves = 0;
  let work = 0;
  return {
    spendRanges({ options }, given, documents) {
      for (const [name, { type, maxLength }] of Object.entries(options)) {
        const expression = given[name];
        // Each character is read, in each step anew.
        if (maxLength === most.leavesText && typeof expression === 'string') {
          leaves += expression.length;
          if (leaves > most.leavesText)
            throw tooMuch(`All steps together may name leaves in ${most.leavesText} characters.`, name);
        }
        if (type !== 'PAGES' || typeof expression !== 'string') continue;
        ranges += countParts(expression) * documents;
        if (ranges > maxJobPages)
          throw tooMuch(
            `Page ranges would be looked up ${ranges} times, each in each of ${documents} documents; ${maxJobPages} are the most. Name fewer.`,
            name,
          );
      }
    },
    spendPages(documents) {
      let sum = 0;
      for (const { name, pages } of documents) {
        if (pages.length > maxPages)
          throw tooMuch(
            `${name} would have ${count(pages.length, 'page')} after this step; ${maxPages.toLocaleString('en')} are the most.`,
          );
        if (pages.length === 0)
          throw new AppError('INVALID_RANGE', `${name} would have no pages after this step.`);
        sum += pages.length;
      }
      if (sum > maxJobPages)
        throw tooMuch(
          `All documents together would have ${sum} pages after this step; ${maxJobPages} are the most.`,
        );
      work += sum;
      if (work > mostWork)
        throw tooMuch(
          `The steps up to this one would go through ${work} pages; ${mostWork} are the most. Make several jobs of it.`,
        );
    },
  };
}

function tooMuch(message: string, option?: string): AppError {
  return new AppError('LIMIT_EXCEEDED', message, { field: option === undefined ? [] : [option] });
}
