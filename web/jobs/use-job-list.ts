import { useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react';
import type { ResultOf } from 'gql.tada';
import { useClient } from 'urql';
import { useConnection } from '../ui/use-connection.ts';
import { useSeen } from '../ui/use-seen.ts';
import { jobsPage, jobsProgress } from './job-queries.ts';
import { createJobStore } from './job-store.ts';
import type { JobFilter, JobStore, ListState } from './job-store.ts';

/** The viewer's jobs, newest first, live. */
export interface JobList extends ListState {
  store: JobStore;
  /** The next page; nothing while one is on its way. */
  loadMore(): void;
  reload(): void;
}

type Change = ResultOf<typeof jobsProgress>['jobsProgress'];

/** Half of what one answer may hold, were each job one of five hundred files. */
const pageSize = 50;

/** `filter` must be the same object as long as it means the same. Rests while the page is not seen. */
export function useJobList(filter: JobFilter): JobList {
  const client = useClient();
  const { reconnects } = useConnection();
  const seen = useSeen();
  const [attempt, setAttempt] = useState(0);
  const [shown, setShown] = useState(() => ({ filter, store: createJobStore(filter) }));
  if (shown.filter !== filter) setShown({ filter, store: createJobStore(filter, shown.store) });
  const { store } = shown;
  const state = useSyncExternalStore(store.listen, store.state);
  const loading = useRef(false);
  const lastRead = useRef<string>(undefined);

  /** Reads one page; its last cursor, where there is more to read again. */
  async function load(after: string | null): Promise<'failed' | 'read' | { next: string | null }> {
    const states = filter.states && [...filter.states];
    const variables = { first: pageSize, after, filter: { ...wanted(filter), states } };
    const { data } = await client.query(jobsPage, variables);
    if (!data) return 'failed';
    const last = store.job(lastRead.current ?? '');
    const isFarthest = store.page(data.jobs, after === null ? undefined : last?.createdAt);
    lastRead.current = data.jobs.edges.at(-1)?.node.id;
    return isFarthest ? 'read' : { next: data.jobs.pageInfo.endCursor };
  }

  /** Whether a job is one of these is for the server to say, of those that came since the list was read too. */
  async function judge(asking: JobStore, id: string) {
    const { data } = await client.query(jobsPage, { first: 1, filter: { ...wanted(filter), ids: [id] } });
    if (data) asking.judge(id, data.jobs.totalCount > 0);
  }

  /** All that is shown, from the first on. */
  const read = useEffectEvent(async () => {
    store.ask();
    lastRead.current = undefined;
    let outcome = await load(null);
    while (typeof outcome === 'object' && outcome.next) outcome = await load(outcome.next);
    if (outcome === 'failed') store.fail();
  });

  const put = useEffectEvent(({ job, milestone, seq, progress, events }: Change) => {
    if (events.some(({ type }) => type === 'DELETED')) store.remove(job.id);
    else if (milestone) {
      store.change({ ...milestone, progress });
      if (store.doubts(job.id)) void judge(store, job.id);
    }
    // A stream that another tab had begun does not tell again what came between our reading and our joining.
    else if (!store.tick(job.id, seq, progress) && !loading.current) setAttempt(attempt + 1);
  });

  // One stream for all filters: without any for a moment, the page would pass for up to date.
  useEffect(() => {
    if (!seen) return;
    const source = client.subscription(jobsProgress, {});
    return source.subscribe(({ data }) => data && put(data.jobsProgress)).unsubscribe;
  }, [client, seen]);

  // Once for each filter, and once after each time that changes may have been missed: this stream has no cursor.
  useEffect(() => {
    if (!seen) return;
    loading.current = true;
    void read().finally(() => (loading.current = false));
  }, [store, reconnects, attempt, seen]);

  return {
    ...state,
    store,
    loadMore() {
      if (loading.current || state.cursor === null) return;
      loading.current = true;
      void load(state.cursor).finally(() => (loading.current = false));
    },
    reload: () => setAttempt(attempt + 1),
  };
}

/** What of a filter can never change about a job. */
function wanted({ text, label }: JobFilter) {
  return { text: text || null, label };
}
