import { duration, wholePercent } from '../format.ts';
import { strings } from '../strings.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { useNow } from '../ui/use-now.ts';
import { isFinished } from './job-fields.ts';
import type { JobData } from './job-fields.ts';
import { Leaves } from './leaves.tsx';
import { Stages } from './stages.tsx';
import './progress.css';

/** How far the job is: state, percent, bar, stages and leaves. */
export function Progress({ job }: { job: JobData }) {
  const { progress, state } = job;
  const percent = wholePercent(progress.percent);
  return (
    <section className="sheet progress" aria-label={strings.progress}>
      <div className="now">
        <p className="percent">
          {percent}
          <small> %</small>
        </p>
        <p className="doing">
          <strong className={`state ${state.toLowerCase()}`}>{strings.states[state]}</strong>
          <span>{doing(job)}</span>
        </p>
        <p className="time faint">
          <Time job={job} />
        </p>
      </div>
      <ProgressBar percent={progress.percent} label={strings.progress} tone={tone(state)} />
      <Stages stage={progress.stage} over={isFinished(state)} />
      <Leaves ranges={progress.ranges} />
      {job.attempt > 1 && <p className="note">{strings.attempt(job.attempt)}</p>}
    </section>
  );
}

function doing({ state, progress, queuePosition, attempt }: JobData): string {
  if (state === 'QUEUED' && attempt > 0) return strings.interrupted;
  if (state === 'QUEUED' && queuePosition !== null) return strings.queuePosition(queuePosition);
  if (state !== 'RUNNING') return '';
  return progress.message;
}

function tone(state: JobData['state']): 'going' | 'done' | 'stopped' {
  if (state === 'COMPLETED') return 'done';
  return isFinished(state) ? 'stopped' : 'going';
}

function Time({ job }: { job: JobData }) {
  const now = useNow(job.finishedAt ? undefined : 1000);
  if (!job.startedAt) return null;
  const since = Date.parse(job.startedAt);
  if (job.finishedAt) return strings.took(duration(Date.parse(job.finishedAt) - since));
  // Whole seconds while it runs: tenths that jump once a second are noise.
  return strings.elapsed(duration(Math.max(0, Math.floor((now - since) / 1000) * 1000)).replace('.0', ''));
}
