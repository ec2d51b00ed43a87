import { useSyncExternalStore } from 'react';
import { paths } from './paths.ts';

/** Where the page is: `/` or `/jobs/<id>`; any other path is nowhere. */
export type Route = { page: 'home' } | { page: 'job'; id: string } | { page: 'nowhere' };

/** The present route; follows links, {@link navigate} and the browser's back and forward. */
export function useRoute(): Route {
  return parse(useSyncExternalStore(listen, () => location.pathname));
}

/** Goes to a path of this page without loading it anew. */
export function navigate(path: string): void {
  history.pushState(null, '', path);
  scrollTo(0, 0);
  // pushState tells nobody.
  dispatchEvent(new PopStateEvent('popstate'));
}

/** The address of a job's page. */
export function jobPath(id: string): string {
  return `/jobs/${encodeURIComponent(id)}`;
}

function listen(changed: () => void): () => void {
  addEventListener('popstate', changed);
  return () => removeEventListener('popstate', changed);
}

function parse(path: string): Route {
  if (paths.home.test(path)) return { page: 'home' };
  const id = paths.job.exec(path)?.[1];
  return id ? { page: 'job', id } : { page: 'nowhere' };
}
