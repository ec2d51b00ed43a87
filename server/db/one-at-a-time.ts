/** Does the works of one key one after the other. */
export type OneAtATime = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * For works that take an advisory lock: who waits for it in the database holds a connection meanwhile, and a burst of
 * one owner's would hold all of the pool. Who waits here holds none.
 */
export function oneAtATime(): OneAtATime {
  const ends = new Map<string, Promise<void>>();

  return (key, work) => {
    const turn = (ends.get(key) ?? Promise.resolve()).then(work);
    const end = turn
      .then(
        () => {},
        () => {},
      )
      .then(() => void (ends.get(key) === end && ends.delete(key)));
    ends.set(key, end);
    return turn;
  };
}
