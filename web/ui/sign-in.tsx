import { useSyncExternalStore } from 'react';
import { session } from '../client.ts';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { TokenForm } from './token-form.tsx';
import './sign-in.css';

/** All the ways in that this server has, for whoever is nobody yet, and why the one that was tried did not lead in. */
export function SignIn() {
  const status = useSyncExternalStore(session.listen, session.status);
  const problem = useSyncExternalStore(session.listen, session.problem);
  const ways = useSyncExternalStore(session.listen, session.waysIn);
  const isRefused = status === 'refused' && session.subject() !== undefined;
  return (
    <Notice title={strings.access.refused}>
      {problem ? (
        <p role="alert">{strings.signInProblems[problem]}</p>
      ) : (
        <p>{isRefused ? strings.tokenRefused : strings.accessMeaning.refused}</p>
      )}
      <div className="ways-in">
        {ways?.issuer && (
          <Button kind="primary" onClick={session.signIn}>
            {strings.signIn(ways.issuer)}
          </Button>
        )}
        {ways?.guests && <Button onClick={session.beGuest}>{strings.goOnAsGuest}</Button>}
      </div>
      {ways?.issuer ? (
        <details>
          <summary>{strings.tokenInstead}</summary>
          <TokenForm />
        </details>
      ) : (
        <TokenForm />
      )}
    </Notice>
  );
}
