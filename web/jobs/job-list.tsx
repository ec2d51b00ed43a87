import { useEffect, useMemo, useState } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useConnection } from '../ui/use-connection.ts';
import type { JobState } from './job-fields.ts';
import { JobRows } from './job-rows.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useJobList } from './use-job-list.ts';
import { useSelection } from './use-selection.ts';
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
  const [name, setName] = useState<Filter>('all');
  const [typed, setTyped] = useState('');
  const text = useSettled(typed.trim());
  const [label, setLabel] = useState<string | null>(null);
  const filter = useMemo(() => ({ states: filters[name], text, label }), [name, text, label]);
  const list = useJobList(filter);
  const selection = useSelection(list.order);
  const { status } = useConnection();
  const stale = status === 'reconnecting' || status === 'offline';
  const isAll = name === 'all' && text === '' && label === null;
  /** Nothing to look for. */
  const isBlank = isAll && typed === '' && list.status === 'ready' && list.order.length === 0;
  return (
    <section className="job-list" aria-labelledby="jobs">
      <div className="job-list-head">
        <h2 id="jobs">
          {strings.jobs}
          {list.status === 'ready' && list.total > 0 && (
            <span className="count faint"> {list.total.toLocaleString('en')}</span>
          )}
        </h2>
        <input
          type="search"
          maxLength={255}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder={strings.search}
          aria-label={strings.search}
          hidden={isBlank}
        />
        <div className="filters" role="group" aria-label={strings.filter} hidden={isBlank}>
          {label !== null && (
            <button
              type="button"
              aria-pressed
              onClick={() => setLabel(null)}
              aria-label={strings.anyLabel(label)}
            >
              {label} <Icon name="cross" />
            </button>
          )}
          {(Object.keys(filters) as Filter[]).map((one) => (
            <button key={one} type="button" aria-pressed={one === name} onClick={() => setName(one)}>
              {strings.filters[one]}
            </button>
          ))}
        </div>
      </div>
      {stale && <p className="list-note">{strings.staleList}</p>}
      {list.status === 'failed' && !stale && (
        <p className="list-note" role="alert">
          {strings.failedToLoad} <Button onClick={list.reload}>{strings.tryAgain}</Button>
        </p>
      )}
      <SelectionBar selection={selection} list={list} />
      {list.order.length > 0 && <JobRows list={list} selection={selection} stale={stale} choose={setLabel} />}
      {list.order.length === 0 && list.status === 'ready' && (
        <p className="empty faint">
          {isAll ? strings.noJobs : strings.noneOfThese}{' '}
          {!isAll && (
            <Button
              onClick={() => {
                setName('all');
                setTyped('');
                setLabel(null);
              }}
            >
              {strings.showAll}
            </Button>
          )}
        </p>
      )}
      {list.order.length === 0 && list.status === 'loading' && <Blank />}
    </section>
  );
}

/** The shape of rows to come. */
function Blank() {
  return (
    <div className="sheet rows" aria-busy="true" aria-label={strings.loading}>
      {[0, 1, 2].map((key) => (
        <div key={key} className="row blank" />
      ))}
    </div>
  );
}

/** The value once it has rested for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 200);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
