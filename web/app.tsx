import { Component, useEffect, useRef, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { session } from './client.ts';
import { Home } from './home.tsx';
import { JobPage } from './jobs/job-page.tsx';
import { useRoute } from './router.ts';
import { strings } from './strings.ts';
import { Access } from './ui/access.tsx';
import { Button } from './ui/button.tsx';
import { ConnectionBadge } from './ui/connection-badge.tsx';
import { Link } from './ui/link.tsx';
import { Notice } from './ui/notice.tsx';
import { QuestionDialog } from './ui/question.tsx';
import { SignIn } from './ui/sign-in.tsx';

export function App() {
  return (
    <>
      <header className="masthead">
        <Link className="brand" href="/">
          <img src="/icon.svg" alt="" width="20" height="20" />
          {strings.brand}
        </Link>
        <Access />
        <ConnectionBadge />
      </header>
      <Boundary>
        <Arrival>
          <Page />
        </Arrival>
      </Boundary>
      <QuestionDialog />
    </>
  );
}

/** Whoever follows a link by keyboard goes on at the beginning of where it leads, not where the link was. */
function Arrival({ children }: { children: ReactNode }) {
  const { page, id } = { id: '', ...useRoute() };
  const place = useRef<HTMLDivElement>(null);
  const left = useRef({ page, id });
  useEffect(() => {
    if (left.current.page !== page || left.current.id !== id) place.current?.focus({ preventScroll: true });
    left.current = { page, id };
  }, [page, id]);
  return (
    <div className="arrival-place" tabIndex={-1} ref={place}>
      {children}
    </div>
  );
}

function Page() {
  const route = useRoute();
  const status = useSyncExternalStore(session.listen, session.status);
  const problem = useSyncExternalStore(session.listen, session.problem);
  if (status === 'refused' || problem) return <SignIn />;
  if (route.page === 'home') return <Home />;
  // Another job is another page: nothing of the last one stays.
  if (route.page === 'job') return <JobPage key={route.id} id={route.id} />;
  return (
    <Notice title={strings.missingPage}>
      <Link href="/">{strings.backToJobs}</Link>
    </Notice>
  );
}

/** A bug in a page must not leave a blank one. */
class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Notice title={strings.broken}>
        <p>{strings.brokenMeaning}</p>
        <Button onClick={() => location.reload()}>{strings.reload}</Button>
      </Notice>
    );
  }
}
