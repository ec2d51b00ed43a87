import { useEffect } from 'react';
import { strings } from '../strings.ts';

/** The title of the window, `title · Octavo`. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${strings.brand}`;
  }, [title]);
}
