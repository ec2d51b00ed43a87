import { clock } from '../format.ts';
import { strings } from '../strings.ts';
import type { JobEvent } from './use-job-progress.ts';
import './timeline.css';

/** The job's life, newest first. */
export function Timeline({ events }: { events: readonly JobEvent[] }) {
  return (
    <aside aria-labelledby="timeline">
      <h2 id="timeline">{strings.timeline}</h2>
      <ol className="timeline" reversed>
        {events.toReversed().map((event) => (
          <li key={event.seq} className={event.type.toLowerCase()}>
            <time dateTime={event.at} title={event.at}>
              {clock(event.at)}
            </time>
            <span>{event.message}</span>
          </li>
        ))}
      </ol>
    </aside>
  );
}
