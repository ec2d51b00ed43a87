import type { Logger } from '../log.ts';
import type { JobReader } from './read.ts';
import type { LiveJob } from './live-job.ts';

/**
 * Keeps the places of the watched jobs that wait: one query a second for all of them, none where none waits.
 * @returns what stops it
 */
export function followPlaces(
  lives: ReadonlyMap<string, LiveJob>,
  read: JobReader,
  onChange: (live: LiveJob) => void,
  log: Logger,
): () => void {
  let timer = setTimeout(() => void look(), everyMs).unref();
  let stopped = false;

  async function look() {
    const beganAt = performance.now();
    const waiting = [...lives.values()].filter(({ job }) => job?.state === 'QUEUED');
    try {
      const places = waiting.length > 0 ? await read.places(waiting.map(({ id }) => id)) : new Map();
      for (const live of waiting) {
        const place = places.get(live.id);
        // A job that does not wait any more has told so itself, or will.
        if (place === undefined || live.job?.state !== 'QUEUED' || live.job.place === place) continue;
        live.job = { ...live.job, place };
        onChange(live);
      }
    } catch (error) {
      log.warn({ err: error }, 'places in the line could not be read, trying again');
    }
    // A line so long that this is slow is not worth more than a twentieth of a core.
    if (!stopped)
      timer = setTimeout(() => void look(), Math.max(everyMs, 20 * (performance.now() - beganAt))).unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

const everyMs = 1_000;
