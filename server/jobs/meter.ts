/**
 * Maps the phases of one attempt onto the percent that is left, each by its expected share of the work. Nothing here
 * reaches 100: that is said by the commit that makes the result downloadable.
 */
export interface Meter {
  readonly percent: number;
  /** Milliseconds of work that are still expected; undefined where they are a mere guess. */
  readonly remaining: number | undefined;
  /**
   * Enters the next phase, which is `weight` of the `weight + rest` that is still to come, in milliseconds.
   * @param sure whether both are known well enough to tell a person when it will end
   */
  phase(weight: number, rest: number, sure: boolean): void;
  /** How much of the present phase is done, 0 to 1. Never goes back. */
  done(fraction: number): void;
}

/** @param start where the bar stands: an attempt after an interruption does not begin at 0 */
export function createMeter(start: number): Meter {
  let percent = Math.min(start, almost);
  let from = percent;
  let to = percent;
  let phase = { weight: 0, rest: 0, sure: false };
  let fraction = 0;
  return {
    get percent() {
      return percent;
    },
    get remaining() {
      return phase.sure ? phase.weight * (1 - fraction) + phase.rest : undefined;
    },
    phase(weight, rest, sure) {
      phase = { weight, rest, sure };
      fraction = 0;
      percent = Math.max(percent, to);
      from = percent;
      to = from + (almost - from) * (weight / Math.max(weight + rest, 1));
    },
    done(share) {
      fraction = Math.max(fraction, Math.min(share, 1));
      percent = Math.max(percent, from + (to - from) * fraction);
    },
  };
}

const almost = 99.5;
