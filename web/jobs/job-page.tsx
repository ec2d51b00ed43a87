import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Inputs } from './inputs.tsx';
import { JobHeader } from './job-header.tsx';
import { Milestones } from './milestones.tsx';
import { Outcome } from './outcome.tsx';
import { Progress } from './progress.tsx';
import { Results } from './results.tsx';
import { Timeline } from './timeline.tsx';
import { useAnnouncement } from './use-announcement.ts';
import { useJobProgress } from './use-job-progress.ts';
import type { FollowedJob } from './use-job-progress.ts';
import './job-page.css';

/** One job, as it runs. */
export function JobPage({ id }: { id: string }) {
  const following = useJobProgress(id);
  if (following.status === 'loading') return <Loading />;
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

/** The shape of what comes, so that nothing jumps when it does. */
function Loading() {
  return (
    <main className="job" aria-busy="true" aria-label={strings.loading}>
      <header>
        <h1 className="blank">&nbsp;</h1>
      </header>
      <div>
        <section className="sheet blank" />
      </div>
    </main>
  );
}

function Followed({ job, events }: FollowedJob) {
  useAnnouncement(job);
  return (
    <main className="job">
      <JobHeader job={job} />
      <div>
        <Outcome job={job} events={events} />
        <Progress job={job} events={events} />
        <Results job={job} />
        <Inputs job={job} />
      </div>
      <Timeline events={events} />
      <Milestones job={job} />
    </main>
  );
}
