import { type Loss, toldOf } from './told.ts';

/** Something that is not as it was. */
export interface Finding {
  what: Loss;
  before: string;
  after: string;
  /** Which, at most a few. */
  detail: string[];
  /** Warnings that speak of it. */
  told: string[];
  /** They do not tell of all of it: a fault. */
  silent: boolean;
}

const mostDetails = 4;

/** Notes what was found. @param lost how many: as many must have been told of */
export type Note = (
  what: Loss,
  before: string | number,
  after: string | number,
  detail?: readonly string[],
  lost?: number,
) => void;

/** Notes into a list, beside what the warnings of the job say. */
export function noteInto(findings: Finding[], warnings: readonly string[]): Note {
  return (what, before, after, detail = [], lost = 1) => {
    const { told, isTold } = toldOf(what, warnings, lost);
    findings.push({
      what,
      before: String(before),
      after: String(after),
      detail: detail.slice(0, mostDetails),
      told,
      silent: !isTold,
    });
  };
}
