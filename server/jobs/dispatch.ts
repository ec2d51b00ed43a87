/** Has the jobs done that wait. */
export interface Dispatcher {
  /** A job may wait. The first ring starts it all. */
  ring(): void;
  /** No further job is begun. */
  stop(): void;
}

/**
 * @param places how many jobs may run at once
 * @param run does the job that is next; whether there was one. Never rejects
 */
export function createDispatcher(places: number, run: () => Promise<boolean>): Dispatcher {
  let rung = Promise.withResolvers<void>();
  let stopped = false;
  for (let i = 0; i < places; i++) void work();

  /** Job after job, and a rest where none waits. */
  async function work() {
    for (let next = rung.promise; ;) {
      await next;
      do {
        if (stopped) return;
        // From before it looks: a ring in the midst of that may be for a job it does not see yet.
        next = rung.promise;
      } while (await run());
    }
  }

  function ring() {
    rung.resolve();
    rung = Promise.withResolvers();
  }
  // One may be lost, as with the connection that it would have come over.
  const timer = setInterval(ring, patienceMs);

  return {
    ring,
    stop() {
      stopped = true;
      clearInterval(timer);
      ring();
    },
  };
}

const patienceMs = 2_000;
