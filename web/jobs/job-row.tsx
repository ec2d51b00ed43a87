import { memo } from 'react';
import { timeOfDay, wholePercent } from '../format.ts';
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
export const JobRow = memo(function JobRow({
  job,
  selected,
  toggle,
  choose,
}: {
  job: JobRowData;
  selected: boolean;
  toggle(id: string, through: boolean): void;
  /** Shows the jobs with this label only. */
  choose(label: string | null): void;
}) {
  const actions = useJobActions(job.id);
  const finished = isFinished(job.state);
  return (
    <div className={selected ? 'row selected' : 'row'}>
      <label className="row-choice">
        <input
          type="checkbox"
          checked={selected}
          onChange={(event) => toggle(job.id, (event.nativeEvent as MouseEvent).shiftKey === true)}
          aria-label={strings.select(job.name)}
        />
      </label>
      <Link className="row-name" href={jobPath(job.id)} title={job.name}>
        {job.name}
      </Link>
      <span className="row-facts faint">
        {job.label && (
          <button
            type="button"
            className="label"
            onClick={() => choose(job.label)}
            aria-label={strings.labelled(job.label)}
          >
            {job.label}
          </button>
        )}
        {facts(job)}
      </span>
      <span className={`row-state state ${job.state.toLowerCase()}`}>
        {strings.states[job.state]}
        {job.state === 'RUNNING' && ` · ${wholePercent(job.progress.percent)} %`}
      </span>
      <span className="row-bar">
        {!finished && (
          <ProgressBar percent={job.progress.percent} label={`${strings.progress}: ${job.name}`} />
        )}
        {(actions.error ?? job.error) && (
          <span
            className="faint"
            role={actions.error ? 'alert' : undefined}
            title={actions.error ?? job.error?.message}
          >
            {actions.error ?? job.error?.message}
          </span>
        )}
      </span>
      {finished ? (
        <Button
          kind="quiet"
          disabled={actions.busy}
          onClick={() => void actions.remove(job.name)}
          aria-label={`${strings.remove} ${job.name}`}
        >
          <Icon name="bin" />
        </Button>
      ) : (
        <Button
          kind="quiet"
          disabled={actions.busy || job.state === 'CANCELING'}
          onClick={() => void actions.cancel()}
          aria-label={`${strings.cancel} ${job.name}`}
        >
          <Icon name="cross" />
        </Button>
      )}
    </div>
  );
});

function facts({ inputs, steps, createdAt }: JobRowData): string {
  const pages = inputs.reduce((sum, file) => sum + (file.pages ?? 0), 0);
  return [
    timeOfDay(createdAt),
    inputs.length > 1 && strings.files(inputs.length),
    pages > 0 && strings.pages(pages),
    steps.length > 1 && strings.stepCount(steps.length),
  ]
    .filter(Boolean)
    .join(' · ');
}
