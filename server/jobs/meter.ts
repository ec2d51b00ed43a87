/**
 * Maps the phases of one attempt onto the percent that is left, each by its measured share of the work. Nothing here
 * reaches 100: that is said by the commit that makes the result downloadable.
 */
export interface Meter {
  readonly percent: number;
  /** Enters the next phase, which is `weight` of the `weight + rest` that is still to come. Milliseconds of work. */
  phase(weight: number, rest: number): void;
  /** How much of the present phase is done, 0 to 1. Never goes back. */
  done(fraction: number): void;
}

/** @param start where the bar stands: an attempt after an interruption does not begin at 0 */
export function createMeter(start: number): Meter {
  let percent = Math.min(start, almost);
  let from = percent;
  let to = percent;
  return {
    get percent() {
      return percent;
    },
    phase(weight, rest) {
      percent = Math.max(percent, to);
      from = percent;
      to = from + (almost - from) * (weight / Math.max(weight + rest, 1));
    },
    done(fraction) {
      percent = Math.max(percent, from + (to - from) * Math.min(fraction, 1));
    },
  };
}

const almost = 99.5;
