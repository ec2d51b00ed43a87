import { useEffect, useEffectEvent, useRef } from 'react';
import { notify } from '../ui/notification.ts';
import { setFavicon } from '../ui/favicon.ts';
import { useTitle } from '../ui/use-title.ts';
import { wholePercent } from '../format.ts';
import { strings } from '../strings.ts';
import { isFinished } from './job-fields.ts';
import type { JobData } from './job-fields.ts';

/** Tells of the job where the page itself is not seen: title and icon of its tab, and a notification at the end. */
export function useAnnouncement(job: JobData): void {
  const finished = isFinished(job.state);
  const percent = wholePercent(job.progress.percent);
  const word = finished ? strings.states[job.state] : `${percent} %`;
  const icon = job.state === 'COMPLETED' ? 'done' : finished ? 'stopped' : String(Math.floor(percent / 12.5));
  useTitle(`${word} · ${job.name}`);

  useEffect(() => {
    setFavicon(`/progress/${icon}.svg`);
    return () => setFavicon('/icon.svg');
  }, [icon]);

  // What was finished when it was opened is no news.
  const wasGoing = useRef(!finished);
  const announce = useEffectEvent(() => notify(job.name, word));
  useEffect(() => {
    if (finished && wasGoing.current) announce();
    wasGoing.current = !finished;
  }, [finished]);
}
