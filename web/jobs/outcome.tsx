import { strings } from '../strings.ts';
import type { FollowedJob } from './use-job-progress.ts';

/** What the reader must not miss: why the job failed with what to do next, and what the result has lost. */
export function Outcome({ job, events }: FollowedJob) {
  const hasResult = job.state !== 'FAILED' && job.state !== 'CANCELED';
  const warnings = events.filter(({ type }) => hasResult && type === 'WARNING');
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
      {warnings.length > 0 && (
        <section className="box" aria-labelledby="warnings">
          <h2 id="warnings">{strings.warnings}</h2>
          <ul>
            {warnings.map((warning) => (
              <li key={warning.seq}>{warning.message}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
