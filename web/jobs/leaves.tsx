import { memo } from 'react';
import { strings } from '../strings.ts';
import '../ui/leaves.css';

/** A sheet folded three times: an octavo's gathering. */
const gathering = 8;

/** The document's page ranges as the leaves of a book, in gatherings of eight, filling with ink as they are done. */
export function Leaves({ marks }: { marks: string }) {
  // One leaf would say what the bar says.
  if (marks.length <= 1) return null;
  const count = (mark: string) => marks.split(mark).length - 1;
  const redone = count('x');
  const gatherings = Array.from({ length: Math.ceil(marks.length / gathering) }, (_, index) =>
    marks.slice(index * gathering, (index + 1) * gathering),
  );
  return (
    <figure className="leaves">
      <div
        className={`book ${size(marks.length)}`}
        role="img"
        aria-label={strings.leaves(count('d'), count('r'), redone, marks.length)}
      >
        {gatherings.map((leaves, index) => (
          <Gathering key={index} marks={leaves} />
        ))}
      </div>
      <figcaption>
        {strings.leavesLegend} {redone > 0 && strings.leavesRedone}
      </figcaption>
    </figure>
  );
}

/** By the marks of `Progress.rangeMarks`. */
const looks: Record<string, string> = { '.': 'pending', r: 'running', d: 'done', x: 'redone' };

function size(leaves: number): string {
  if (leaves <= 16) return 'few';
  return leaves > 64 ? 'fine' : '';
}

/** Takes its leaves as one string, so that a tick draws only the gatherings it touched. */
const Gathering = memo(function Gathering({ marks }: { marks: string }) {
  return (
    <span>
      {[...marks].map((mark, index) => (
        <i key={index} className={looks[mark]} />
      ))}
    </span>
  );
});
