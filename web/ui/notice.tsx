import type { ReactNode } from 'react';
import { useTitle } from './use-title.ts';

/** A page that has only something to say. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="notice">
      <h1>{title}</h1>
      {children}
    </main>
  );
}
