import { memo } from 'react';
import { moment, wholePercent } from '../format.ts';
import { jobPath } from '../router.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { isFinished } from './job-fields.ts';
import type { JobRowData } from './job-fields.ts';
import { useJobActions } from './use-job-actions.ts';

/** A job in the list: how far it is, and an end to it. */
export const JobRow = memo(function JobRow({ job }: { job: JobRowData }) {
  const actions = useJobActions(job.id);
  const finished = isFinished(job.state);
  return (
    <li className="row">
      <Link className="row-name" href={jobPath(job.id)}>
        {job.name}
      </Link>
      <span className="row-facts faint">{facts(job)}</span>
      <span className={`row-state state ${job.state.toLowerCase()}`}>
        {strings.states[job.state]}
        {job.state === 'RUNNING' && ` · ${wholePercent(job.progress.percent)} %`}
      </span>
      <span className="row-bar">
        {!finished && (
          <ProgressBar percent={job.progress.percent} label={`${strings.progress}: ${job.name}`} />
        )}
        {job.error && <span className="faint">{job.error.message}</span>}
      </span>
      {finished ? (
        <Button
          kind="quiet"
          disabled={actions.busy}
          onClick={() => actions.remove(job.name)}
          aria-label={`${strings.remove} ${job.name}`}
        >
          <Icon name="bin" />
        </Button>
      ) : (
        <Button
          kind="quiet"
          disabled={actions.busy || job.state === 'CANCELING'}
          onClick={actions.cancel}
          aria-label={`${strings.cancel} ${job.name}`}
        >
          <Icon name="cross" />
        </Button>
      )}
      {actions.error && (
        <span className="refusal" role="alert">
          {actions.error}
        </span>
      )}
    </li>
  );
});

function facts({ inputs, createdAt }: JobRowData): string {
  const pages = inputs.reduce((sum, file) => sum + (file.pages ?? 0), 0);
  return [
    inputs.length > 1 && strings.files(inputs.length),
    pages > 0 && strings.pages(pages),
    moment(createdAt, Date.now()),
  ]
    .filter(Boolean)
    .join(' · ');
}
