import { wholePercent } from '../format.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { Inputs } from './inputs.tsx';
import { isFinished } from './job-fields.ts';
import { JobHeader } from './job-header.tsx';
import { Milestones } from './milestones.tsx';
import { Outcome } from './outcome.tsx';
import { Progress } from './progress.tsx';
import { Results } from './results.tsx';
import { StepsTaken } from './steps-taken.tsx';
import { Timeline } from './timeline.tsx';
import { useJobProgress } from './use-job-progress.ts';
import type { FollowedJob } from './use-job-progress.ts';
import './job-page.css';

/** One job, as it runs. */
export function JobPage({ id }: { id: string }) {
  const following = useJobProgress(id);
  if (following.status === 'loading')
    return <main className="job" aria-busy="true" aria-label={strings.loading} />;
  if (following.status === 'ready') return <Followed {...following} />;
  if (following.status === 'failed') {
    return (
      <Notice title={strings.cannotFollow}>
        <p>{following.message}</p>
        <Button onClick={() => location.reload()}>{strings.reload}</Button>
      </Notice>
    );
  }
  return (
    <Notice title={strings.missingJob}>
      <p>{strings.missingJobMeaning}</p>
      <Link href="/">{strings.backToJobs}</Link>
    </Notice>
  );
}

function Followed({ job, events }: FollowedJob) {
  const state = isFinished(job.state) ? strings.states[job.state] : `${wholePercent(job.progress.percent)} %`;
  useTitle(`${state} · ${job.name}`);
  return (
    <main className="job">
      <JobHeader job={job} />
      <div>
        <Progress job={job} />
        <Outcome job={job} events={events} />
        <Results job={job} />
        <Inputs job={job} />
        <StepsTaken steps={job.steps} />
      </div>
      <Timeline events={events} />
      <Milestones job={job} />
    </main>
  );
}
