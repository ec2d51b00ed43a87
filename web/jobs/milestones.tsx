import { strings } from '../strings.ts';
import { isFinished } from './job-fields.ts';
import type { JobData } from './job-fields.ts';

/** What a screen reader is told: each change of state and stage, and each quarter. Not each tick. */
export function Milestones({ job }: { job: JobData }) {
  const quarter = Math.floor(job.progress.percent / 25) * 25;
  const text = isFinished(job.state)
    ? strings.states[job.state]
    : `${strings.states[job.state]}, ${strings.stages[job.progress.stage]}, ${quarter} %`;
  return (
    <p className="unseen" aria-live="polite">
      {text}
    </p>
  );
}
