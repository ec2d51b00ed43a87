import { clock, duration, wholePercent } from '../format.ts';
import { strings } from '../strings.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { useConnection } from '../ui/use-connection.ts';
import { useNow } from '../ui/use-now.ts';
import { isFinished } from './job-fields.ts';
import type { JobData } from './job-fields.ts';
import { Leaves } from './leaves.tsx';
import { Pipeline } from './pipeline.tsx';
import { Stages } from './stages.tsx';
import type { FollowedJob } from './use-job-progress.ts';
import './progress.css';

/** How far the job is: steps, state, percent, bar, stages and leaves. What may be old is shown as old. */
export function Progress({ job, events }: FollowedJob) {
  const { progress, state } = job;
  const { status } = useConnection();
  const stale = !isFinished(state) && status !== 'live';
  const percent = wholePercent(progress.percent);
  return (
    <section className={stale ? 'sheet progress stale' : 'sheet progress'} aria-label={strings.progress}>
      <Pipeline job={job} />
      <div className="now">
        <p className="percent">
          {percent}
          <small> %</small>
        </p>
        <p className="doing">
          <strong className={`state ${state.toLowerCase()}`}>{strings.states[state]}</strong>
          <span>{doing({ job, events })}</span>
        </p>
        <p className="time faint">
          {stale && <span className="as-of">{strings.asOf(clock(progress.updatedAt))}</span>}
          <Time job={job} stale={stale} />
        </p>
      </div>
      <ProgressBar percent={progress.percent} label={strings.progress} tone={tone(state)} />
      {/* All of it is behind a job that is done, and the result what is looked for. */}
      {state !== 'COMPLETED' && <Stages stage={progress.stage} over={isFinished(state)} />}
      <Leaves marks={progress.rangeMarks} />
      <Attempts job={job} events={events} />
    </section>
  );
}

function doing({ job: { state, progress, queuePosition, attempt }, events }: FollowedJob): string {
  if (state === 'QUEUED')
    return [
      attempt > 0 && strings.interrupted,
      queuePosition !== null && strings.queuePosition(queuePosition),
    ]
      .filter(Boolean)
      .join(' ');
  if (state === 'CANCELING') return strings.stopping;
  if (state === 'CANCELED') {
    const { current, total, stage } = progress;
    if (current !== null && total !== null)
      return strings.stoppedAfter(current, total, strings.stages[stage]);
    return events.findLast(({ type }) => type === 'CANCELED')?.message ?? '';
  }
  if (state !== 'RUNNING') return '';
  return progress.message;
}

function tone(state: JobData['state']): 'going' | 'done' | 'stopped' {
  if (state === 'COMPLETED') return 'done';
  return isFinished(state) ? 'stopped' : 'going';
}

/** Why it took more than one attempt, and what that cost. */
function Attempts({ job, events }: FollowedJob) {
  if (job.attempt <= 1) return null;
  const resumed = events.findLast(({ type }) => type === 'RESUMED');
  return (
    <p className="note">
      {strings.attempt(job.attempt)} {resumed && `${resumed.message}.`}
    </p>
  );
}

function Time({ job, stale }: { job: JobData; stale: boolean }) {
  const now = useNow(job.finishedAt ? undefined : 1000);
  if (!job.startedAt) return null;
  const since = Date.parse(job.startedAt);
  if (job.finishedAt) return strings.took(duration(Date.parse(job.finishedAt) - since));
  const { eta } = job.progress;
  const left = eta && !stale && job.state === 'RUNNING' ? Date.parse(eta) - now : 0;
  // Whole seconds while it runs: tenths that jump once a second are noise.
  const whole = (milliseconds: number) => duration(Math.round(milliseconds / 1000) * 1000).replace('.0', '');
  return [strings.elapsed(whole(Math.max(0, now - since))), left > 1000 && strings.left(whole(left))]
    .filter(Boolean)
    .join(' · ');
}
