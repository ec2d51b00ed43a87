import { strings } from '../strings.ts';
import type { FollowedJob } from './use-job-progress.ts';

/** What the reader must not miss: the warnings, and why the job failed with what to do next. */
export function Outcome({ job, events }: FollowedJob) {
  const warnings = events.filter((event) => event.type === 'WARNING');
  return (
    <>
      {job.error && (
        <section className="box bad" role="alert">
          <p>
            <strong>{job.error.message}</strong>
          </p>
          <p>{job.error.retryable ? strings.canRetry : strings.cannotRetry}</p>
        </section>
      )}
      {warnings.map((warning) => (
        <p className="box warn" key={warning.seq}>
          {warning.message}
        </p>
      ))}
    </>
  );
}
