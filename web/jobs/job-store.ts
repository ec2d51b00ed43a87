import type { ResultOf } from 'gql.tada';
import { isCurrent } from './job-fields.ts';
import type { JobRowData, JobState } from './job-fields.ts';
import type { jobsPage } from './job-queries.ts';

/** Which jobs are shown. */
export interface JobFilter {
  /** All where undefined. */
  states: readonly JobState[] | undefined;
  /** Part of a name; empty: all. */
  text: string;
  /** Exactly; null: all. */
  label: string | null;
}

export interface ListState {
  status: 'loading' | 'ready' | 'failed';
  /** The ids of the jobs shown, newest first; the same array until one comes or goes. */
  order: readonly string[];
  /** When each was created, as `order`. */
  created: readonly string[];
  /** Where the next page begins; null at the end. */
  cursor: string | null;
  /** How many there are on the server. */
  total: number;
}

type Page = ResultOf<typeof jobsPage>['jobs'];

/** The jobs of a list, outside React: a change of one row draws that row only, and many changes draw once a frame. */
export interface JobStore {
  readonly filter: JobFilter;
  /** Of jobs, whether they are those with the text and the label of the filter: as the server has said. */
  readonly judged: ReadonlyMap<string, boolean>;
  state(): ListState;
  job(id: string): JobRowData | undefined;
  jobs(): Iterable<JobRowData>;
  /** To be called before pages are read from the first on. */
  ask(): void;
  /** Returns whether all that is shown has been read again. @param below `createdAt` that the page begins under; undefined for the first */
  page(page: Page, below: string | undefined): boolean;
  change(job: JobRowData): void;
  /** Nothing but how far the job is has changed. Returns false where more has, which nobody told us. */
  tick(id: string, seq: number, progress: JobRowData['progress']): boolean;
  /** The server has not said yet whether this job is one of those with the text and the label. */
  doubts(id: string): boolean;
  judge(id: string, isOne: boolean): void;
  remove(id: string): void;
  fail(): void;
  listen(changed: () => void): () => void;
}

/** @param before of another filter: its rows to begin with */
export function createJobStore(filter: JobFilter, before?: JobStore): JobStore {
  const rows = new Map([...(before?.jobs() ?? [])].map((job) => [job.id, job]));
  const isSame = before?.filter.text === filter.text && before.filter.label === filter.label;
  const judged = new Map(isSame ? before.judged : []);
  const takesAll = filter.text === '' && filter.label === null;
  const listeners = new Set<() => void>();
  let state: ListState = { status: 'loading', order: [], created: [], cursor: null, total: 0 };
  /** The rows as they were when they were asked for. */
  let asked = new Map(rows);
  /** Older ones are known by chance only: those between would be missing. */
  let oldest = '';
  /** Its worker may still report of a job that was deleted. */
  const removed = new Set<string>();
  let frame: number | undefined;

  function matches({ id, state: its, createdAt }: JobRowData): boolean {
    if (filter.states && !filter.states.includes(its)) return false;
    if (createdAt < oldest) return false;
    // Until the server has answered, what was shown stays.
    return takesAll || (judged.get(id) ?? state.status === 'loading');
  }

  const isSure = (id: string): boolean => takesAll || judged.get(id) === true;

  function sort(): void {
    const shown = [...rows.values()].filter(matches).toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    state = { ...state, order: shown.map(({ id }) => id), created: shown.map(({ createdAt }) => createdAt) };
  }

  function tell(): void {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      listeners.forEach((changed) => changed());
    });
  }

  function put(job: JobRowData): boolean {
    const held = rows.get(job.id);
    if (removed.has(job.id)) return false;
    if (!isCurrent(job, held)) return false;
    rows.set(job.id, job);
    return (held !== undefined && matches(held)) !== matches(job);
  }

  // What is known shows at once, before the server has been asked.
  sort();
  return {
    filter,
    judged,
    state: () => state,
    job: (id) => rows.get(id),
    jobs: () => rows.values(),
    ask() {
      asked = new Map(rows);
    },
    page({ edges, pageInfo, totalCount }, below) {
      const last = pageInfo.hasNextPage ? (edges.at(-1)?.node.createdAt ?? '') : '';
      // Deleted while nobody told us: untouched since we asked, and not where the page would have them.
      const ids = new Set(edges.map(({ node }) => node.id));
      const isInside = ({ createdAt }: JobRowData) => createdAt >= last && (!below || createdAt < below);
      for (const [id, job] of rows)
        if (asked.get(id) === job && isInside(job) && isSure(id) && matches(job) && !ids.has(id))
          rows.delete(id);
      for (const { node } of edges) {
        judged.set(node.id, true);
        put(node);
      }
      const isFarthest = state.status !== 'ready' || last <= oldest;
      if (isFarthest) oldest = last;
      const cursor = isFarthest ? (pageInfo.hasNextPage ? pageInfo.endCursor : null) : state.cursor;
      state = { ...state, status: 'ready', cursor, total: totalCount };
      sort();
      tell();
      return isFarthest;
    },
    change(job) {
      const isNew = !rows.has(job.id) && !removed.has(job.id) && state.status === 'ready';
      if (put(job)) {
        sort();
        if (isNew) state = { ...state, total: state.total + 1 };
      }
      tell();
    },
    tick(id, seq, progress) {
      const held = rows.get(id);
      if (!held || !isCurrent({ seq, progress }, held)) return true;
      if (held.seq < seq) return false;
      rows.set(id, { ...held, progress });
      tell();
      return true;
    },
    doubts: (id) => !takesAll && rows.has(id) && !judged.has(id),
    judge(id, isOne) {
      if (judged.get(id) === isOne) return;
      judged.set(id, isOne);
      const job = rows.get(id);
      if (job && isOne && matches(job)) state = { ...state, total: state.total + 1 };
      sort();
      tell();
    },
    remove(id) {
      removed.add(id);
      if (!rows.delete(id)) return;
      sort();
      state = { ...state, total: Math.max(0, state.total - 1) };
      tell();
    },
    fail() {
      state = { ...state, status: 'failed' };
      tell();
    },
    listen(changed) {
      listeners.add(changed);
      return () => {
        listeners.delete(changed);
        if (listeners.size > 0 || frame === undefined) return;
        cancelAnimationFrame(frame);
        frame = undefined;
      };
    },
  };
}
