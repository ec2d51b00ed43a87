import { useCallback, useRef, useState } from 'react';

/** The jobs that are chosen for an action on many. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** `through`: all from the one that was last chosen, too. The same function as long as the order is the same. */
  toggle(id: string, through: boolean): void;
  set(ids: Iterable<string>): void;
}

/** @param order the jobs that are shown; one that is not cannot be chosen */
export function useSelection(order: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);

  const toggle = useCallback(
    (id: string, through: boolean) => {
      const from = through && last.current ? last.current : id;
      last.current = id;
      setChosen((before) => {
        const next = new Set(before);
        for (const one of between(order, from, id)) {
          if (before.has(id)) next.delete(one);
          else next.add(one);
        }
        return next;
      });
    },
    [order],
  );

  const ids = chosen.size === 0 ? chosen : new Set(order.filter((id) => chosen.has(id)));
  return { ids, toggle, set: (wanted) => setChosen(new Set(wanted)) };
}

function between(order: readonly string[], one: string, other: string): readonly string[] {
  const [from, to] = [order.indexOf(one), order.indexOf(other)].toSorted((a, b) => a - b);
  return from === undefined || from < 0 ? [other] : order.slice(from, (to ?? from) + 1);
}
