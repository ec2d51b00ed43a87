import { useState } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import type { JobState } from './job-fields.ts';
import { JobRow } from './job-row.tsx';
import { useJobList } from './use-job-list.ts';
import './job-list.css';

const filters: Record<keyof typeof strings.filters, readonly JobState[] | undefined> = {
  all: undefined,
  unfinished: ['QUEUED', 'RUNNING', 'CANCELING'],
  completed: ['COMPLETED'],
  failed: ['FAILED'],
  canceled: ['CANCELED'],
};
type Filter = keyof typeof filters;

/** All of the viewer's jobs, live. */
export function JobList() {
  const [filter, setFilter] = useState<Filter>('all');
  const list = useJobList(filters[filter]);
  return (
    <section className="job-list" aria-labelledby="jobs">
      <div className="job-list-head">
        <h2 id="jobs">{strings.jobs}</h2>
        <div className="filters" role="group" aria-label={strings.filter}>
          {(Object.keys(filters) as Filter[]).map((name) => (
            <button key={name} type="button" aria-pressed={name === filter} onClick={() => setFilter(name)}>
              {strings.filters[name]}
            </button>
          ))}
        </div>
      </div>
      {list.rows.length > 0 && (
        <ul className="sheet rows">
          {list.rows.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
      {list.rows.length === 0 && list.status === 'ready' && (
        <p className="faint">{filter === 'all' ? strings.noJobs : strings.noneOfThese}</p>
      )}
      {list.status === 'failed' && (
        <p className="refusal" role="alert">
          {strings.failedToLoad} <Button onClick={list.reload}>{strings.tryAgain}</Button>
        </p>
      )}
      {list.hasMore && <Button onClick={list.loadMore}>{strings.more}</Button>}
    </section>
  );
}
