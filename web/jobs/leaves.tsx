import { memo } from 'react';
import { strings } from '../strings.ts';
import type { RangeState } from './job-fields.ts';
import '../ui/leaves.css';

/** A sheet folded three times: an octavo's gathering. */
const gathering = 8;

/** The document's page ranges as the leaves of a book, in gatherings of eight, filling with ink as they are done. */
export function Leaves({ ranges }: { ranges: readonly RangeState[] }) {
  // One leaf would say what the bar says.
  if (ranges.length <= 1) return null;
  const count = (state: RangeState) => ranges.filter((range) => range === state).length;
  const redone = count('REDONE');
  const gatherings = Array.from({ length: Math.ceil(ranges.length / gathering) }, (_, index) =>
    ranges.slice(index * gathering, (index + 1) * gathering),
  );
  return (
    <figure className="leaves">
      <div
        className={`book ${size(ranges.length)}`}
        role="img"
        aria-label={strings.leaves(count('DONE'), count('RUNNING'), redone, ranges.length)}
      >
        {gatherings.map((leaves, index) => (
          <Gathering key={index} leaves={leaves.join(' ').toLowerCase()} />
        ))}
      </div>
      <figcaption>
        {strings.leavesLegend} {redone > 0 && strings.leavesRedone}
      </figcaption>
    </figure>
  );
}

function size(leaves: number): string {
  if (leaves <= 16) return 'few';
  return leaves > 64 ? 'fine' : '';
}

/** Takes its leaves as one string, so that a tick draws only the gatherings it touched. */
const Gathering = memo(function Gathering({ leaves }: { leaves: string }) {
  return (
    <span>
      {leaves.split(' ').map((state, index) => (
        <i key={index} className={state} />
      ))}
    </span>
  );
});
