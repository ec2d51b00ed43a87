import { JobList } from './jobs/job-list.tsx';
import { NewJob } from './new-job/new-job.tsx';
import { strings } from './strings.ts';
import { useTitle } from './ui/use-title.ts';

/** Start a job, and see all of one's jobs as they run. */
export function Home() {
  useTitle(strings.jobs);
  return (
    <main className="home">
      <h1>{strings.tagline}</h1>
      <NewJob />
      <JobList />
    </main>
  );
}
