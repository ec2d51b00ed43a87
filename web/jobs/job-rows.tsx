import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { dayName } from '../format.ts';
import { useNow } from '../ui/use-now.ts';
import { JobRow } from './job-row.tsx';
import type { JobList } from './use-job-list.ts';
import type { Selection } from './use-selection.ts';

/** Heights in pixels; those of the style sheet. */
const heights = { row: 68, narrowRow: 96, day: 44 };

/** The rows that are in sight, of however many there are, by day. What is looked at stays where it is. */
export function JobRows({ list, selection, stale, choose }: RowsProps) {
  const { order, created, store, loadMore, cursor } = list;
  const element = useRef<HTMLUListElement>(null);
  const rowHeight = useNarrow() ? heights.narrowRow : heights.row;
  const scrollMargin = useTop(element);
  const now = useNow(60_000);
  const days = created.map((iso) => dayName(iso, now));
  const dayAt = (index: number) => (days[index] === days[index - 1] ? undefined : days[index]);

  const virtualizer = useWindowVirtualizer({
    count: order.length,
    estimateSize: (index) => rowHeight + (dayAt(index) ? heights.day : 0),
    getItemKey: (index) => order[index]!,
    overscan: 6,
    scrollMargin,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, order, rowHeight]);
  useAnchor(order, virtualizer, scrollMargin);

  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const more = useEffectEvent(loadMore);
  useEffect(() => {
    if (cursor !== null && last >= order.length - 10) more();
  }, [last, order.length, cursor]);

  return (
    <ul
      className={stale ? 'rows stale' : 'rows'}
      ref={element}
      style={{ height: virtualizer.getTotalSize() }}
      aria-busy={stale}
    >
      {items.map(({ key, index, start, size }) => (
        <li
          key={key}
          className="row-place"
          style={{ height: size, transform: `translateY(${start - scrollMargin}px)` }}
          aria-setsize={cursor === null ? order.length : -1}
          aria-posinset={index + 1}
        >
          {dayAt(index) && <h3 className="day">{dayAt(index)}</h3>}
          <LiveRow id={order[index]!} store={store} selection={selection} choose={choose} />
        </li>
      ))}
    </ul>
  );
}

interface RowsProps {
  list: JobList;
  selection: Selection;
  stale: boolean;
  /** Shows the jobs with this label only. */
  choose(label: string | null): void;
}

function LiveRow({
  id,
  store,
  selection,
  choose,
}: Pick<RowsProps, 'selection' | 'choose'> & { id: string; store: JobList['store'] }) {
  const job = useSyncExternalStore(store.listen, () => store.job(id));
  if (!job) return null;
  return <JobRow job={job} selected={selection.ids.has(id)} toggle={selection.toggle} choose={choose} />;
}

/** Rows that come or go above what is looked at must not move it. */
function useAnchor(
  order: readonly string[],
  virtualizer: ReturnType<typeof useWindowVirtualizer>,
  scrollMargin: number,
): void {
  const anchor = useRef<{ id: string; start: number }>(undefined);
  const stay = useEffectEvent(() => {
    const held = anchor.current;
    const index = held ? order.indexOf(held.id) : -1;
    const offset = index < 0 ? undefined : virtualizer.getOffsetForIndex(index, 'start')?.[0];
    // At the top of the list the newest is what one wants to see.
    if (held && offset !== undefined && offset !== held.start && scrollY > scrollMargin)
      scrollBy(0, offset - held.start);
  });
  useLayoutEffect(() => stay(), [order]);
  useEffect(() => {
    const first = virtualizer.getVirtualItems().find(({ end }) => end > scrollY);
    const id = first && order[first.index];
    const start = first && virtualizer.getOffsetForIndex(first.index, 'start')?.[0];
    anchor.current = id !== undefined && start !== undefined ? { id, start } : undefined;
  });
}

/** How far below the top of the document the element is, in pixels. */
function useTop(element: { current: HTMLElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setTop(Math.round((element.current?.getBoundingClientRect().top ?? 0) + scrollY));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}

const narrow = matchMedia('(max-width: 44rem)');

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener('change', changed);
      return () => narrow.removeEventListener('change', changed);
    },
    () => narrow.matches,
  );
}
