import { clearLine, cursorTo } from 'node:readline';

/** How often a line is written where there is no terminal to write it anew. */
const everyMs = 10_000;

/** A line on stderr that says how far a program is: one that changes in a terminal, elsewhere one now and then. */
export interface ProgressLine {
  show(text: string): void;
  end(): void;
}

export function createProgressLine(out = process.stderr): ProgressLine {
  let last = performance.now();
  const wipe = (): void => {
    cursorTo(out, 0);
    clearLine(out, 0);
  };
  return {
    show(text) {
      if (out.isTTY) {
        wipe();
        out.write(text.slice(0, out.columns - 1));
      } else if (performance.now() - last > everyMs) {
        last = performance.now();
        out.write(`${text}\n`);
      }
    },
    end() {
      if (out.isTTY) wipe();
    },
  };
}
