import { ContentReader } from './content-reader.ts';
import type { Balance } from '../../model/page.ts';

/** What a page's content leaves open; undefined where that is nothing. */
export function balanceOf(content: Buffer): Balance | undefined {
  const { end, ...balance } = follow(content);
  const { surplus, open, marks, text, path, mended } = balance;
  const isOpen = surplus > 0 || open > 0 || marks > 0 || text || path;
  if (!isOpen && !mended && end === content.length) return undefined;
  return { ...balance, surplus: mended ? 0 : surplus };
}

/** The same content without what {@link Balance.mended} tells of. */
export function mend(content: Buffer): Buffer {
  const mended = Buffer.from(content);
  const { end } = follow(content, (from, to) => mended.fill(' ', from, to));
  return mended.subarray(0, end);
}

/** @returns with `end`: where the last operation ends that is whole */
function follow(
  content: Buffer,
  onSurplus?: (start: number, end: number) => void,
): Balance & { end: number } {
  const reader = new ContentReader(content);
  let [surplus, open, marks, end] = [0, 0, 0, content.length];
  let [text, path, isChanged, isAtRisk, isNeeded] = [false, false, false, false, false];
  let sound = true;
  while (reader.next()) {
    const { operator } = reader;
    if (operator === 'q') open += 1;
    else if (operator === 'Q') {
      if (open > 0) open -= 1;
      else {
        surplus += 1;
        onSurplus?.(reader.start, reader.end);
        isAtRisk ||= isChanged;
      }
    } else if (operator === 'ET') text = false;
    else if (operator === 'EMC') marks = Math.max(0, marks - 1);
    else {
      isNeeded ||= isAtRisk;
      if (operator === 'BT') text = true;
      else if (operator === 'BMC' || operator === 'BDC') marks += 1;
      else if (pathBuilding.has(operator)) path = true;
      else if (pathEnding.has(operator)) path = false;
      else if (operator === 'BI' && content.indexOf('EI', reader.start) < 0) {
        end = reader.start;
        break;
      } else if (!stateless.has(operator)) isChanged ||= open === 0;
    }
    ({ sound } = reader);
  }
  const doubtful = !sound || end < content.length;
  // A string or an array without an end would take in what follows.
  if (!reader.sound) end = Math.min(end, reader.start);
  // Where the reader may be wrong, it is no reason to leave anything out.
  const mended = sound && (isNeeded || end < content.length);
  return { surplus, open, marks, text, path, mended, doubtful, end };
}

const pathBuilding = new Set(['m', 'l', 'c', 'v', 'y', 'h', 're']);
const pathEnding = new Set(['b', 'b*', 'B', 'B*', 'f', 'F', 'f*', 's', 'S', 'n']);
/** Operators that leave the graphics state as it was, and none of the above. */
const stateless = new Set(['BI', 'Do', 'sh', 'MP', 'DP', 'BX', 'EX']);
